import { array, assert, constantFrom, double, integer, property, record } from "fast-check";
import { describe, expect, it } from "vitest";
import { confidenceOf, faintFactor, type MatchCalibration, matchLogit } from "./matching.js";
import { packVectors } from "./packed-vectors.js";

const calibration: MatchCalibration = {
  parts: [
    { length: 3, weight: 20 },
    { length: 2, weight: 14.8 },
  ],
  bias: -18.1,
  faintness: 7,
  falseAcceptLogits: [],
};

/** Two unit vectors and how faintly the face was seen. */
function embedding(angle: number, faintness: number): Float32Array {
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  return Float32Array.of(cos, sin, 0, sin, cos, faintness);
}

describe("faintness", () => {
  it("takes from a pair of which both are seen faintly, and nothing where one is clear", () => {
    const bare = matchLogit(embedding(0, 0), embedding(0.5, 0), calibration);
    expect(matchLogit(embedding(0, 0.5), embedding(0.5, 0), calibration)).toBe(bare);
    expect(matchLogit(embedding(0, 0.5), embedding(0.5, 0.4), calibration)).toBeCloseTo(
      bare - 7 * 0.5 * 0.4,
      4,
    );
  });

  it("leaves every face like itself, and like itself more than like any other", () => {
    const angle = double({ min: 0, max: 2 * Math.PI, noNaN: true });
    const seen = double({ min: 0, max: 10, noNaN: true });
    const own = record({ angle, seen });
    assert(
      property(own, array(own, { maxLength: 5 }), (face, others) => {
        const query = embedding(face.angle, face.seen);
        const itself = matchLogit(query, query, calibration);
        expect(confidenceOf(itself)).toBeGreaterThan(0.9);
        for (const other of others.filter(({ seen }) => seen >= face.seen))
          expect(
            matchLogit(query, embedding(other.angle, other.seen), calibration),
          ).toBeLessThanOrEqual(itself + 1e-3);
      }),
    );
  });

  it("is bounded alike for single pairs and for packed ones", () => {
    assert(
      property(integer({ min: 1, max: 9 }), constantFrom(0, 0.3, 1.2, 5), (count, seen) => {
        const embeddings = Array.from({ length: count }, (_, k) => embedding(k, seen));
        const { faintness } = packVectors(embeddings, calibration);
        for (const [k, own] of embeddings.entries())
          expect(faintness[k]).toBeCloseTo(faintFactor(own, calibration), 5);
      }),
    );
  });
});
