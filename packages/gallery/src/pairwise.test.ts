/** The compiled products and the packing give what the plain formula gives. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type MatchCalibration, matchLogit } from "./matching.js";
import { packVectors } from "./packed-vectors.js";
import { pairwiseProducts } from "./pairwise.js";

const rates = [
  { rate: 0.01, logit: 0 },
  { rate: 0.001, logit: 1 },
];

describe("pairwise products of packed vectors", () => {
  it("are the logits of each pair without the bias, for any count, lengths and weights", () => {
    const vector = (length: number): fc.Arbitrary<Float32Array> =>
      fc
        .array(fc.float({ min: -1, max: 1, noNaN: true }), { minLength: length, maxLength: length })
        .map((values) => Float32Array.from(values));
    const scene = fc
      .array(
        fc.record({
          length: fc.integer({ min: 1, max: 9 }),
          weight: fc.integer({ max: 50, min: 0 }),
        }),
        {
          minLength: 1,
          maxLength: 3,
        },
      )
      .chain((parts) => {
        const length = parts.reduce((sum, part) => sum + part.length, 0);
        return fc.record({
          parts: fc.constant(parts),
          embeddings: fc.array(vector(length), { minLength: 1, maxLength: 70 }),
        });
      });
    fc.assert(
      fc.property(scene, ({ parts, embeddings }) => {
        const calibration: MatchCalibration = { parts, bias: 0, falseAcceptLogits: rates };
        const packed = packVectors(embeddings, calibration);
        const products = pairwiseProducts(packed);
        for (let i = 0; i < embeddings.length; i++)
          for (let j = i; j < embeddings.length; j++) {
            const plain = matchLogit(embeddings[i]!, embeddings[j]!, calibration);
            expect(Math.abs(products[i * packed.rows + j]! - plain)).toBeLessThan(1e-3);
          }
      }),
      { numRuns: 50 },
    );
  });

  it("come with what two faint faces lose, which earlier templates do not tell", () => {
    const calibration: MatchCalibration = {
      parts: [{ length: 2, weight: 10 }],
      bias: -5,
      faintness: 20,
      falseAcceptLogits: rates,
    };
    const [clear, faint, fainter, earlier] = [
      [1, 0, 0],
      [1, 0, 0.2],
      [1, 0, 0.4],
      [1, 0],
    ].map((values) => Float32Array.from(values)) as [
      Float32Array,
      Float32Array,
      Float32Array,
      Float32Array,
    ];
    expect(matchLogit(faint, fainter, calibration)).toBeCloseTo(5 - 20 * 0.2 * 0.4, 5);
    for (const other of [clear, earlier]) {
      expect(matchLogit(other, fainter, calibration)).toBe(5);
      expect(matchLogit(fainter, other, calibration)).toBe(5);
    }
    const { faintness } = packVectors([clear, faint, fainter, earlier], calibration);
    expect(faintness[1]! * faintness[2]!).toBeCloseTo(20 * 0.2 * 0.4, 4);
    expect([faintness[0], faintness[3]]).toEqual([0, 0]);
  });

  it("refuse a negative weight", () => {
    const calibration: MatchCalibration = {
      parts: [{ length: 1, weight: -1 }],
      bias: 0,
      falseAcceptLogits: rates,
    };
    expect(() => packVectors([Float32Array.of(1)], calibration)).toThrow(RangeError);
  });
});
