/** Who takes what he can leaves something for the others. */
import fc from "fast-check";
import { expect, it } from "vitest";
import { exceedsShare } from "./fair-share.js";

/** What each of so many holds in the end, who take one by turns as long as they may. */
function taken(many: number, limit: number): number[] {
  const held = Array.from({ length: many }, () => 0);
  for (let before = -1, all = 0; before !== all;) {
    before = all;
    for (const [index, own] of held.entries())
      if (all < limit && !exceedsShare({ own, all, limit }, 1)) {
        held[index] = own + 1;
        all++;
      }
  }
  return held;
}

it("one gets three quarters, two three sevenths each, three three tenths each", () => {
  expect(taken(1, 700)).toEqual([525]);
  expect(taken(2, 700)).toEqual([300, 300]);
  expect(taken(3, 700)).toEqual([210, 210, 210]);
});

it("whoever holds nothing finds something free while there are others with more than one", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 50 }),
      fc.integer({ min: 1, max: 1000 }),
      (many, limit) => {
        const held = taken(many, limit);
        const free = limit - held.reduce((sum, own) => sum + own, 0);
        expect(free).toBeGreaterThanOrEqual(0);
        if (Math.max(...held) > 1) expect(free).toBeGreaterThan(0);
      },
    ),
  );
});

it("what is held comes to the same whoever began, once the first has given back what he had beyond his share", () => {
  const limit = 700;
  const held = { first: 525, second: 0 };
  const all = (): number => held.first + held.second;
  for (let turn = 0; turn < 2000; turn++) {
    if (held.first > 0) held.first--;
    for (const name of ["second", "first"] as const)
      if (!exceedsShare({ own: held[name], all: all(), limit }, 1)) held[name]++;
  }
  expect(Math.abs(held.first - held.second)).toBeLessThanOrEqual(3);
});
