/** What is expected of a picture by what others took. */
import { expect, it } from "vitest";
import { UsualTime } from "./usual-time.js";

function usual(...times: readonly number[]): number {
  const time = new UsualTime();
  for (const milliseconds of times) time.count(milliseconds);
  return time.milliseconds;
}

it("is not known by one or two pictures, which may be the exceptions", () => {
  expect(usual()).toBe(0);
  expect(usual(6000, 6000)).toBe(0);
  expect(usual(6000, 6000, 100)).toBe(100);
});

it("is the same after one that took very long, whenever that was", () => {
  const quick = Array.from({ length: 20 }, () => 200);
  expect(usual(...quick, 20_000)).toBe(200);
  expect(usual(20_000, ...quick)).toBe(200);
});

it("is the mean where slow ones are no exception, as who waits for several waits for their sum", () => {
  const mixed = Array.from({ length: 16 }, (_, index) => (index % 4 === 0 ? 1500 : 100));
  expect(usual(...mixed)).toBe((12 * 100 + 2 * 1500) / 14);
});

it("follows when pictures become slower, and forgets when they become quicker", () => {
  const slow = Array.from({ length: 16 }, () => 900);
  const quick = Array.from({ length: 16 }, () => 50);
  expect(usual(...quick, ...slow)).toBe(900);
  expect(usual(...slow, ...quick)).toBe(50);
});
