/** What is answered before there is a whole request is told like every other answer. */
import { once } from "node:events";
import { connect } from "node:net";
import { fastify } from "fastify";
import { expect, it } from "vitest";
import { answerBrokenRequest } from "../error-answers.js";
import { addObservability } from "./observability.js";

/** @returns the lines of the log and the metrics after each text was sent on a connection of its own. */
async function told(...texts: readonly string[]) {
  const lines: Record<string, unknown>[] = [];
  const app = fastify({
    requestTimeout: 300,
    http: { headersTimeout: 200, connectionsCheckingInterval: 100, maxHeaderSize: 1000 },
    clientErrorHandler: answerBrokenRequest,
  });
  await addObservability(app, {
    version: "0",
    log: "info",
    metrics: "open",
    traces: "",
    statistics: () => Promise.resolve({ waitingPictures: 0, lostDecoders: 0, store: undefined }),
    report: () => undefined,
    logTo: { write: (line: string) => lines.push(JSON.parse(line) as Record<string, unknown>) },
  });
  app.post("/face/v1.0/detect", () => "whole");
  const { port } = new URL(await app.listen({ host: "127.0.0.1", port: 0 }));
  const answers: string[] = [];
  for (const text of texts) {
    const socket = connect(Number(port), "127.0.0.1");
    let answer = "";
    socket.on("data", (data) => (answer += data.toString()));
    socket.write(text);
    await once(socket, "close");
    answers.push(answer.slice(9, 12));
  }
  const metrics = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
  await app.close();
  return { answers, lines, metrics };
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
