/** Which lines are remembered. */
import { expect, it } from "vitest";
import type { QueuedPicture } from "./waiting-line.js";
import { WaitingLines } from "./waiting-lines.js";

const picture = (owner: string): QueuedPicture => ({
  owner,
  file: new Uint8Array(1),
  pixels: 1,
  reject: () => undefined,
});

it("remembers some hundreds: forgets who did not come for longest, and none in which a picture waits", () => {
  const lines = new WaitingLines();
  lines.add(lines.of("waiting"), picture("waiting"), 0);
  const waiting = lines.find("waiting");
  const used = lines.of("used");
  lines.of("unused");
  for (let count = 0; count < 10_000; count++) {
    lines.of(`passing ${count}`);
    lines.of("used");
  }
  expect(lines.find("waiting")).toBe(waiting);
  expect(lines.find("used")).toBe(used);
  expect(lines.find("unused")).toBeUndefined();
  expect([...lines.all()].length).toBeLessThan(1000);
});

it("remembers as many more as there are in which a picture waits, while one does", () => {
  const lines = new WaitingLines();
  const owners = Array.from({ length: 2000 }, (_, index) => `owner ${index}`);
  for (const owner of owners) lines.add(lines.of(owner), picture(owner), 0);
  expect(lines.length).toBe(2000);
  for (const line of lines.all()) line.removeFirst();
  lines.of("next");
  expect([...lines.all()].length).toBeLessThan(1000);
});
