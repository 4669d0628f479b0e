/** What is answered before there is a whole request is told like every other answer. */
import { once } from "node:events";
import { connect } from "node:net";
import { fastify, type FastifyReply, type FastifyRequest } from "fastify";
import { expect, it } from "vitest";
import { answerBrokenRequest, answerOddRequests } from "../broken-requests.js";
import { contractError, refuseByHead, sendError, whyNotFound } from "../error-answers.js";
import { tellAnswersOfLostConnections } from "../lost-connections.js";
import { addObservability } from "./observability.js";

/** A server with little patience, though with enough for a slow machine to send what is whole, and what it tells. */
async function start() {
  const lines: Record<string, unknown>[] = [];
  const app = fastify({
    requestTimeout: 3000,
    http: {
      headersTimeout: 2000,
      connectionsCheckingInterval: 100,
      maxHeaderSize: 1000,
      requireHostHeader: false,
    },
    clientErrorHandler: answerBrokenRequest,
  });
  answerOddRequests(app);
  tellAnswersOfLostConnections(app);
  await addObservability(app, {
    version: "0",
    log: "info",
    metrics: "open",
    traces: "",
    statistics: () => Promise.resolve({ waitingPictures: 0, lostDecoders: 0, store: undefined }),
    report: () => undefined,
    logTo: { write: (line: string) => lines.push(JSON.parse(line) as Record<string, unknown>) },
  });
  refuseByHead(app);
  app.setErrorHandler((error, _request, reply) => sendError(reply, contractError(error)));
  app.setNotFoundHandler((request, reply) => sendError(reply, whyNotFound(request.raw)));
  app.post("/face/v1.0/detect", () => "whole");
  const refuse = (request: FastifyRequest, reply: FastifyReply): void =>
    void sendError(reply, whyNotFound(request.raw));
  app.post("/refused", { onRequest: refuse }, () => "not refused");
  let free!: () => void;
  const freed = new Promise<void>((resolve) => (free = resolve));
  app.get("/held", () => freed);
  const { port } = new URL(await app.listen({ host: "127.0.0.1", port: 0 }));
  return {
    app,
    port: Number(port),
    lines,
    free,
    metrics: async () => (await fetch(`http://127.0.0.1:${port}/metrics`)).text(),
  };
}

/** @returns the lines of the log and the metrics after each text was sent on a connection of its own. */
async function told(...texts: readonly string[]) {
  const server = await start();
  const answers: string[] = [];
  for (const text of texts) {
    const socket = connect(server.port, "127.0.0.1");
    let answer = "";
    socket.on("data", (data) => (answer += data.toString()));
    socket.write(text);
    await once(socket, "close");
    answers.push([...answer.matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, status]) => status).join());
  }
  const metrics = await server.metrics();
  await server.app.close();
  return { answers, lines: server.lines, metrics };
}

const head = "POST /face/v1.0/detect HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n";

it("a body that stalls is a time-out, and not a caller who has gone", async () => {
  const { answers, lines, metrics } = await told(`${head}Content-Length: 100\r\n\r\n{`);
  expect(answers).toEqual(["408"]);
  expect(lines).toMatchObject([
    { operation: "detect", status: 408, error: "requestTimeout", code: "OperationTimeOut" },
  ]);
  expect(metrics).toContain('mien_requests_total{operation="detect",status="408"} 1');
  expect(metrics).toContain('error="requestTimeout"} 1');
  expect(metrics).toMatch(/^mien_requests_in_flight 1$/m);
});

it("what is no HTTP, or has too many headers, is told too", async () => {
  const { answers, lines, metrics } = await told(
    "nonsense\r\n\r\n",
    `${head}X: ${"x".repeat(2000)}\r\n\r\n`,
    // After a request that was whole and answered, it is another's fault.
    `${head}Content-Length: 2\r\n\r\n{}nonsense\r\n\r\n`,
  );
  expect(answers.slice(0, 2)).toEqual(["400", "431"]);
  expect(lines.filter(({ operation }) => operation === "other")).toMatchObject([
    { status: 400, error: "requestInvalid" },
    { status: 431, error: "headersTooLarge" },
    { status: 400, error: "requestInvalid" },
  ]);
  expect(metrics).toContain('mien_requests_total{operation="other",status="400"} 2');
});

it("a request without a host is told as every other one is", async () => {
  const { answers, lines } = await told(
    "GET /held HTTP/1.1\r\nConnection: close\r\n\r\n",
    "GET /nowhere HTTP/1.1\r\nConnection: close\r\n\r\n",
  );
  expect(answers).toEqual(["400", "400"]);
  const line = { operation: "other", status: 400, error: "requestInvalid" };
  expect(lines).toMatchObject([line, line]);
});

it("a request that has its answer gets no other when the rest of its body does not come", async () => {
  const { answers, lines, metrics } = await told(
    "POST /refused HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\nabc",
  );
  expect(answers).toEqual(["404"]);
  expect(lines).toMatchObject([{ status: 404 }]);
  expect(metrics).not.toContain("requestTimeout");
});

it.each([
  ["what is no HTTP", "nonsense\r\n\r\n", "400"],
  ["what a proxy is asked for", "CONNECT a:1 HTTP/1.1\r\nHost: a\r\n\r\n", "400"],
  ["headers that stall", "GET /none HTTP/1.1\r\nHost: ", "408"],
  ["a body that stalls", `${head}Content-Length: 100\r\n\r\n{`, "408"],
  [
    "the body of what is refused",
    "POST /refused HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\nabc",
    "404",
  ],
])("%s is answered in its turn, behind what came before it", async (_name, text, status) => {
  const { app, port, free } = await start();
  const socket = connect(port, "127.0.0.1");
  let answer = "";
  socket.on("data", (data) => (answer += data.toString()));
  const closed = once(socket, "close");
  const held = "GET /held HTTP/1.1\r\nHost: a\r\n\r\n";
  socket.write(held + held + text);
  await new Promise((resolve) => setTimeout(resolve, 1000));
  expect(answer).toBe("");
  free();
  await closed;
  const statuses = [...answer.matchAll(/^HTTP\/1\.1 (\d+)/gm)].map(([, found]) => found);
  expect(statuses).toEqual(["200", "200", status]);
  await app.close();
});

it("an error that nobody received is no error answer", async () => {
  const { app, port, free, metrics } = await start();
  const socket = connect(port, "127.0.0.1");
  // The answer to the second waits for that to the first.
  socket.write(
    ["/held", "/none"].map((path) => `GET ${path} HTTP/1.1\r\nHost: a\r\n\r\n`).join(""),
  );
  await expect.poll(metrics).toMatch(/^mien_requests_in_flight 3$/m);
  await new Promise((resolve) => setTimeout(resolve, 100));
  socket.destroy();
  await expect.poll(metrics).toContain('mien_requests_total{operation="other",status="499"} 2');
  expect(await metrics()).not.toMatch(/^mien_errors_total/m);
  free();
  await app.close();
});
