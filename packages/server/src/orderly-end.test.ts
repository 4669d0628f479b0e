/** How long callers are waited for when a server ends. `tests/server/orderly-end.test.ts` ends whole servers. */
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
