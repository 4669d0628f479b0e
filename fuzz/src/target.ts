/** Sends inputs to a server and judges what comes back. */
import { connect } from "node:net";
import { Pool } from "undici";
import { fuzzKey, type Input } from "./input.js";

/** What is wrong with an answer; undefined when nothing is. */
export type Verdict = string | undefined;

export interface Target {
  send(input: Input): Promise<Verdict>;
  close(): Promise<void>;
}

/** Milliseconds after which an answer is missed. */
const patience = 45_000;

function judge(status: number, type: string | undefined, body: string): Verdict {
  if (status >= 500) return `status ${status}: ${body.slice(0, 200)}`;
  if (type !== "application/json; charset=utf-8")
    return `type ${type ?? "none"} of status ${status}`;
  try {
    const answer = JSON.parse(body) as { error?: { code?: unknown; message?: unknown } };
    if (status === 200) return undefined;
    const { code, message } = answer.error ?? {};
    const told =
      typeof code === "string" && code !== "" && typeof message === "string" && message !== "";
    return told ? undefined : `status ${status} without an error: ${body.slice(0, 200)}`;
  } catch {
    return `status ${status} without JSON: ${body.slice(0, 200)}`;
  }
}

/** Judges every answer in what a connection gave. */
export function judgeStream(received: string, sent: Buffer): Verdict {
  // An answer to HEAD has the headers of a body and none; what was asked by it is not told apart here.
  const mayBeEmpty = sent.includes("HEAD");
  let rest = received;
  while (rest !== "") {
    const end = rest.indexOf("\r\n\r\n");
    if (end === -1) return `no answer: ${rest.slice(0, 200)}`;
    const lines = rest.slice(0, end);
    rest = rest.slice(end + 4);
    const status = Number(/^HTTP\/1\.1 (\d{3})/.exec(lines)?.[1] ?? NaN);
    if (status === 100) continue;
    if (Number.isNaN(status)) return `no status: ${lines.slice(0, 200)}`;
    const length = Number(/\r\ncontent-length: (\d+)/i.exec(lines)?.[1] ?? 0);
    if (mayBeEmpty && rest.length < length) return undefined;
    const verdict = judge(
      status,
      /\r\ncontent-type: (.*)/i.exec(lines)?.[1],
      rest.slice(0, length),
    );
    if (verdict !== undefined) return verdict;
    rest = rest.slice(length);
  }
  return undefined;
}

function sendRaw(endpoint: URL, bytes: Buffer): Promise<Verdict> {
  return new Promise((resolve) => {
    const socket = connect({
      port: Number(endpoint.port),
      host: endpoint.hostname,
      allowHalfOpen: true,
    });
    let received = "";
    socket.on("connect", () => socket.end(bytes));
    socket.on("data", (chunk) => (received += chunk.toString("latin1")));
    socket.on("end", () => socket.destroy());
    socket.on("error", () => undefined);
    socket.setTimeout(patience, () => {
      socket.destroy();
      resolve("no end of the connection");
    });
    socket.on("close", () => resolve(judgeStream(received, bytes)));
  });
}

/** @param connections at once for calls. */
export function openTarget(address: string, connections: number): Target {
  const endpoint = new URL(address);
  const pool = new Pool(endpoint.origin, {
    connections,
    headersTimeout: patience,
    bodyTimeout: patience,
  });
  return {
    async send(input) {
      if (input.form === "raw") return sendRaw(endpoint, input.bytes);
      const { statusCode, headers, body } = await pool.request({
        method: "POST",
        path: input.path,
        headers: {
          "ocp-apim-subscription-key": fuzzKey,
          "content-type": input.contentType,
        },
        body: input.body,
      });
      return judge(statusCode, headers["content-type"] as string | undefined, await body.text());
    },
    close: () => pool.close(),
  };
}
