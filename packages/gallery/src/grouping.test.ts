import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { groupFaces } from "./grouping.js";
import {
  logitAtFalseAcceptRate,
  type MatchCalibration,
  matchConfidence,
  searchLogit,
} from "./matching.js";

const calibration: MatchCalibration = {
  parts: [{ length: 2, weight: 20 }],
  bias: -16,
  falseAcceptLogits: [
    { rate: 0.01, logit: 2.2 },
    { rate: 0.001, logit: 2.3 },
  ],
};
/** Faces on a circle: the nearer the angles, the likelier one person. */
const at = (degrees: number): Float32Array => {
  const angle = (degrees * Math.PI) / 180;
  return Float32Array.from([Math.cos(angle), Math.sin(angle)]);
};

describe("matchConfidence", () => {
  it("is 0.5 where the weighted cosine cancels the bias, and symmetric", () => {
    const angle = (Math.acos(0.8) * 180) / Math.PI;
    expect(matchConfidence(at(0), at(angle), calibration)).toBeCloseTo(0.5, 5);
    expect(matchConfidence(at(angle), at(0), calibration)).toBeCloseTo(0.5, 5);
  });

  it("weighs each part's cosine", () => {
    const parts = [
      { length: 1, weight: 2 },
      { length: 1, weight: 3 },
    ];
    const logit = (confidence: number): number => Math.log(confidence / (1 - confidence));
    const confidence = matchConfidence(Float32Array.from([1, 1]), Float32Array.from([1, -1]), {
      parts,
      bias: 0.5,
      falseAcceptLogits: calibration.falseAcceptLogits,
    });
    expect(logit(confidence)).toBeCloseTo(2 - 3 + 0.5, 6);
  });
});

describe("logitAtFalseAcceptRate", () => {
  const measured: MatchCalibration = {
    parts: [],
    bias: 0,
    falseAcceptLogits: [
      { rate: 1e-2, logit: -1 },
      { rate: 1e-3, logit: 1 },
      { rate: 1e-4, logit: 2 },
    ],
  };

  it("gives what was measured, and lines between and beyond", () => {
    expect(logitAtFalseAcceptRate(measured, 1e-2)).toBeCloseTo(-1);
    expect(logitAtFalseAcceptRate(measured, 1e-3)).toBeCloseTo(1);
    expect(logitAtFalseAcceptRate(measured, Math.sqrt(1e-2 * 1e-3))).toBeCloseTo(0);
    expect(logitAtFalseAcceptRate(measured, 1e-5)).toBeCloseTo(3);
    expect(logitAtFalseAcceptRate(measured, 1e-1)).toBeCloseTo(-3);
  });

  it("asks more of a pair the larger the set, and never less than of a single pair", () => {
    expect(searchLogit(measured, 1)).toBe(0);
    expect(searchLogit(measured, 20)).toBeCloseTo(1);
    expect(searchLogit(measured, 200)).toBeCloseTo(2);
    expect(searchLogit(measured, 20, 0.2)).toBeCloseTo(0);
    expect(searchLogit(measured, 200, 0.2)).toBeCloseTo(1);
  });
});

describe("groupFaces", () => {
  it("keeps faces apart whose likeness is what both lack", () => {
    const seen = (faintness: number) =>
      [0, 4, 8].map((angle) => Float32Array.from([...at(angle), faintness]));
    const asking = { ...calibration, faintness: 20 };
    expect(groupFaces(seen(0), asking).groups).toHaveLength(1);
    expect(groupFaces(seen(0.5), asking).groups).toEqual([]);
    expect(groupFaces(seen(0.5), calibration).groups).toHaveLength(1);
  });

  it("finds people, largest first, and leaves loners", () => {
    const faces = [at(0), at(90), at(1), at(180), at(91), at(2), at(270)];
    expect(groupFaces(faces, calibration)).toEqual({
      groups: [
        [0, 2, 5],
        [1, 4],
      ],
      ungrouped: [3, 6],
    });
  });

  it("does not chain people together over look-alikes", () => {
    // Each face is close to the next, the ends are strangers.
    const chain = Array.from({ length: 12 }, (_, index) => at(index * 20));
    const { groups } = groupFaces(chain, calibration);
    expect(Math.max(...groups.map((group) => group.length))).toBeLessThan(4);
  });

  it("joins more where a model's groups may hold more strangers", () => {
    const between = (logit: number): Float32Array[] => [
      at(0),
      at((Math.acos((logit + 16) / 20) * 180) / Math.PI),
    ];
    const grouped = (logit: number, groupFalseAccepts?: number): number =>
      groupFaces(between(logit), {
        ...calibration,
        ...(groupFalseAccepts === undefined ? {} : { groupFalseAccepts }),
      }).groups.length;
    const [strict, loose] = [0.02, 0.2].map((strangers) => searchLogit(calibration, 2, strangers));
    expect(loose!).toBeLessThan(strict!);
    const middle = (strict! + loose!) / 2;
    expect(grouped(middle)).toBe(0);
    expect(grouped(middle, 0.2)).toBe(1);
  });

  it("puts each face in exactly one place and joins no strangers", () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 359 }), { minLength: 2, maxLength: 40 }),
        (angles) => {
          const faces = angles.map(at);
          const { groups, ungrouped } = groupFaces(faces, calibration);
          const all = [...groups.flat(), ...ungrouped].sort((a, b) => a - b);
          expect(all).toEqual(angles.map((_, index) => index));
          for (const group of groups) expect(group.length).toBeGreaterThan(1);
        },
      ),
    );
  });
});
