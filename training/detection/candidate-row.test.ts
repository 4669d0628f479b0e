/** What the recipe writes of a candidate, for `fit.py` to read. */
import type { Candidate } from "@mien/vision/face-evidence";
import { expect, it } from "vitest";

// The recipes are scripts without types.
const recipe = "./candidate-row.js";
const { candidateRow } = (await import(recipe)) as {
  candidateRow: (candidate: Candidate) => readonly (number | null)[];
};

const box = { left: 1.234, top: 2, right: 3, bottom: 4 };
const candidate: Candidate = {
  proposer: "ultra",
  proposed: { ...box, score: 0.9 },
  judged: { ...box, left: 1, score: 0.8, features: new Float32Array(256) },
};

it("marks a candidate that is settled with its score, and no other", () => {
  const numbers = [0, 0.9, 0.8, 1.23, 2, 3, 4, 1, 2, 3, 4];
  expect(candidateRow(candidate)).toEqual([...numbers, null]);
  expect(candidateRow({ ...candidate, settled: 0.97 })).toEqual([...numbers, 0.97]);
  expect(candidateRow({ ...candidate, proposer: "mtcnn" })[0]).toBe(1);
});
