/** Bytes that were HTTP before they were spoilt, and headers of every sort. */
import { fuzzKey, type Input, type InputKind } from "../input.js";
import { mutateBytes, oddString } from "../mutations.js";
import type { Random } from "../random.js";

const names = [
  "Content-Type",
  "Content-Length",
  "Transfer-Encoding",
  "Host",
  "Connection",
  "Expect",
  "Upgrade",
  "Authorization",
  "Ocp-Apim-Subscription-Key",
  "Accept-Encoding",
  "X-Forwarded-For",
  "Cookie",
  "Range",
  "Trailer",
  "TE",
  "Origin",
  "traceparent",
];
const values = [
  "",
  "0",
  "2",
  "-1",
  "99999999999999999999",
  "chunked",
  "gzip, chunked",
  "identity",
  "close",
  "keep-alive",
  "upgrade",
  "websocket",
  "h2c",
  "100-continue",
  "200-ok",
  "application/json",
  "application/json;;;=",
  'application/octet-stream; charset="',
  "Bearer a.b.c",
  "Bearer ",
  `Bearer ${fuzzKey}`,
  fuzzKey,
  "00-00000000000000000000000000000000-0000000000000000-00",
];
const methods = [
  "POST",
  "GET",
  "PUT",
  "DELETE",
  "OPTIONS",
  "PATCH",
  "TRACE",
  "PROPFIND",
  "QUERY",
  "post",
  "",
];
const paths = [
  "/face/v1.0/verify",
  "//face/v1.2/group",
  "/face/v1.1-preview.1/detect?returnFaceId=false",
  "/face/v9.9/findsimilars",
  "/face/",
  "/healthz",
  "/models",
  "/openapi.json",
  "//:99999/face/v1.0/verify",
  "http://elsewhere.test/face/v1.0/verify",
  "/%",
  "/%2e%2e/%00",
  "*",
];

function headerLine(random: Random): string {
  const name = random.chance(0.9) ? random.pick(names) : oddString(random);
  return `${name}: ${random.chance(0.8) ? random.pick(values) : oddString(random)}\r\n`;
}

/** A request whose headers are anything. */
function oddRequest(random: Random): Buffer {
  const lines = Array.from({ length: random.below(10) }, () => headerLine(random));
  const key = random.chance(0.7) ? `Ocp-Apim-Subscription-Key: ${fuzzKey}\r\n` : "";
  const host = random.chance(0.9) ? "Host: mien\r\n" : "";
  return Buffer.from(
    `${random.pick(methods)} ${random.pick(paths)} HTTP/1.1\r\n${host}${key}${lines.join("")}\r\n{}`,
    "latin1",
  );
}

function goodRequest(random: Random): Buffer {
  const body = '{"faceIds":["c5c24a82-6845-4031-9d5d-978df9175426"]}';
  const framing = random.chance(0.5)
    ? `Content-Length: ${body.length}\r\n\r\n${body}`
    : `Transfer-Encoding: chunked\r\n\r\n${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`;
  return Buffer.from(
    `POST /face/v1.0/group HTTP/1.1\r\nHost: mien\r\nOcp-Apim-Subscription-Key: ${fuzzKey}\r\nContent-Type: application/json\r\n${framing}`,
  );
}

export const headerInputs: InputKind = {
  name: "headers",
  share: 150,
  make: (random): Input => ({ form: "raw", bytes: oddRequest(random) }),
};

export const rawInputs: InputKind = {
  name: "raw",
  share: 150,
  make(random): Input {
    const one = goodRequest(random);
    const whole = random.chance(0.3) ? Buffer.concat([one, goodRequest(random)]) : one;
    return { form: "raw", bytes: mutateBytes(random, whole) };
  },
};
