/** How long callers are waited for when a server ends. `tests/server/orderly-end.test.ts` ends whole servers. */
import { once } from "node:events";
import { connect } from "node:net";
import { fastify } from "fastify";
import { expect, it } from "vitest";
import { endConnectionsWithAnswers, longestAnswer } from "./orderly-end.js";

it("no answer that the settings allow is cut", () => {
  const analysis = 30_000;
  expect(longestAnswer({ waitLimit: 600_000, urlInput: false })).toBe(5000 + 600_000 + analysis);
  expect(longestAnswer({ waitLimit: 10_000, urlInput: false })).toBe(45_000);
  // A picture is fetched before it waits.
  expect(longestAnswer({ waitLimit: 10_000, urlInput: true })).toBe(55_000);
});

it("waits as long as it is told, and no longer", async () => {
  for (const [patience, outcome] of [
    [20_000, "answered"],
    [50, "cut"],
  ] as const) {
    const app = fastify({ forceCloseConnections: "idle" });
    endConnectionsWithAnswers(app, patience);
    let begun!: () => void;
    const asked = new Promise<void>((resolve) => (begun = resolve));
    let answer!: (words: string) => void;
    app.get("/", () => {
      begun();
      return new Promise<string>((resolve) => (answer = resolve));
    });
    const address = await app.listen({ host: "127.0.0.1", port: 0 });
    const call = fetch(address).then(
      (response) => response.text(),
      () => "cut",
    );
    await asked;
    const closed = app.close();
    setTimeout(() => answer("answered"), 500);
    expect(await call).toBe(outcome);
    await closed;
  }
});

it.each([
  ["in their order", [0, 1, 2]],
  ["in another order", [2, 1, 0]],
])("answers all that came over one connection, where they are done %s", async (_name, order) => {
  const app = fastify({ forceCloseConnections: "idle" });
  endConnectionsWithAnswers(app, 20_000);
  const answers = new Map<number, () => void>();
  app.get<{ Params: { number: string } }>("/:number", ({ params }) => {
    const number = Number(params.number);
    return new Promise<string>((resolve) => answers.set(number, () => resolve(`<${number}>`)));
  });
  const { port } = new URL(await app.listen({ host: "127.0.0.1", port: 0 }));
  const socket = connect(Number(port), "127.0.0.1");
  let received = "";
  socket.on("data", (data) => (received += data.toString()));
  const ended = once(socket, "close");
  socket.write([0, 1, 2].map((number) => `GET /${number} HTTP/1.1\r\nHost: a\r\n\r\n`).join(""));
  await expect.poll(() => answers.size).toBe(3);
  const closed = app.close();
  await new Promise((resolve) => setTimeout(resolve, 100));
  for (const number of order) {
    answers.get(number)!();
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  await Promise.all([ended, closed]);
  expect(received.match(/<\d>/g)).toEqual(["<0>", "<1>", "<2>"]);
  // Whoever is told so reads no further.
  expect(received.indexOf("connection: close")).toSatisfy(
    (place: number) => place === -1 || place > received.indexOf("<1>"),
  );
});
