import fc from "fast-check";
import { expect, it } from "vitest";
import { endNear, firstNear, indexAt, orderOf, overlapsAny } from "./box-order.js";
import { overlap, type ScoredBox } from "./boxes.js";
import { suppress, vote } from "./suppression.js";

/** Small numbers, so that edges and scores often coincide; with thirds, which are none of the parts that edges are told apart to. */
const coordinate = fc.integer({ min: -9, max: 60 }).map((thirds) => thirds / 3);
const box = fc
  .tuple(
    coordinate,
    coordinate,
    fc.integer({ min: 0, max: 9 }),
    fc.integer({ min: 0, max: 9 }),
    fc.integer({ min: 1, max: 5 }),
  )
  .map(([left, top, width, height, score]): ScoredBox => ({
    left,
    top,
    right: left + width,
    bottom: top + height,
    score: score / 5,
  }));
const least = fc.constantFrom(0.1, 0.25, 0.3, 0.45, 0.5, 0.6, 0.7, 1);

it("is near each box that overlaps by so much", () => {
  fc.assert(
    fc.property(fc.array(box, { maxLength: 40 }), box, least, (boxes, own, least) => {
      const order = orderOf(boxes);
      const near: number[] = [];
      const end = endNear(order, own, least);
      for (let place = firstNear(order, own, least); place < end; place++)
        near.push(indexAt(order, place));
      expect(new Set(near).size).toBe(near.length);
      const overlapping = [...boxes.keys()].filter((index) => overlap(own, boxes[index]!) >= least);
      expect(near).toEqual(expect.arrayContaining(overlapping));
      expect(overlapsAny(own, boxes, order, least)).toBe(
        boxes.some((other) => overlap(own, other) > least),
      );
    }),
  );
});

it("suppresses what comparing each with each would", () => {
  fc.assert(
    fc.property(fc.array(box, { maxLength: 40 }), least, (boxes, threshold) => {
      const kept: ScoredBox[] = [];
      for (const own of [...boxes].sort((a, b) => b.score - a.score))
        if (!kept.some((other) => overlap(own, other) > threshold)) kept.push(own);
      expect(suppress(boxes, threshold)).toEqual(kept);
    }),
  );
});

it("moves a box to the mean of those that overlap it, weighed by their squared scores", () => {
  const at = (left: number, score: number): ScoredBox => ({
    left,
    top: 0,
    right: left + 10,
    bottom: 10,
    score,
  });
  const [moved] = vote([at(0, 1)], [at(0, 1), at(2, 0.5), at(8, 1)], 0.5);
  expect(moved).toMatchObject({ left: 0.4, right: 10.4, top: 0, bottom: 10, score: 1 });
});
