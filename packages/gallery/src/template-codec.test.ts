import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { floatFromHalf, halfFromFloat } from "./half-float.js";
import { decodeTemplate, encodeTemplate, type PrecisionName } from "./template-codec.js";

const unit = (values: number[]): Float32Array => {
  const norm = Math.hypot(...values) || 1;
  return Float32Array.from(values, (value) => value / norm);
};
const embeddings = fc
  .array(fc.double({ min: -1, max: 1, noNaN: true }), { minLength: 1, maxLength: 900 })
  .map(unit);

/** Largest error of one number of a unit vector: half a unit in the last place, or half a step of the block's scale. */
const errors: Record<PrecisionName, number> = { float32: 0, float16: 2 ** -12, int8: 0.5 / 127 };

describe("the template codec", () => {
  it.each(Object.keys(errors) as PrecisionName[])("gives back what %s can hold", (precision) => {
    fc.assert(
      fc.property(embeddings, fc.string({ maxLength: 40 }), (embedding, recognitionModel) => {
        const read = decodeTemplate(encodeTemplate({ recognitionModel, embedding }, precision));
        expect(read.recognitionModel).toBe(recognitionModel);
        expect(read.embedding.length).toBe(embedding.length);
        for (let i = 0; i < embedding.length; i++)
          expect(Math.abs(read.embedding[i]! - embedding[i]!)).toBeLessThanOrEqual(
            errors[precision] * 1.0001,
          );
      }),
      { numRuns: 100 },
    );
  });

  it("takes a quarter of float32 in int8", () => {
    const template = { recognitionModel: "recognition_04", embedding: new Float32Array(832) };
    expect(encodeTemplate(template, "float32").length).toBe(19 + 832 * 4);
    expect(encodeTemplate(template, "int8").length).toBe(19 + 832 + 13 * 4);
  });

  it("refuses what it does not know instead of guessing", () => {
    const bytes = encodeTemplate({ recognitionModel: "m", embedding: Float32Array.of(1, 0) });
    const altered = (offset: number, value: number): Buffer => {
      const copy = Buffer.from(bytes);
      copy[offset] = value;
      return copy;
    };
    expect(() => decodeTemplate(altered(0, 3))).toThrow("format 3");
    expect(() => decodeTemplate(altered(1, 9))).toThrow("precision 9");
    expect(() => decodeTemplate(bytes.subarray(0, -1))).toThrow("long");
    expect(() => decodeTemplate(Buffer.alloc(0))).toThrow("none");
  });
});

describe("half floats", () => {
  it("every half survives the way to float and back", () => {
    for (let half = 0; half < 0x10000; half++) {
      const value = floatFromHalf(half);
      if (!Number.isNaN(value)) expect(halfFromFloat(value)).toBe(half);
    }
  });

  it("rounds to the nearest, ties to even", () => {
    expect(floatFromHalf(halfFromFloat(1 + 2 ** -11))).toBe(1);
    expect(floatFromHalf(halfFromFloat(1 + 3 * 2 ** -11))).toBe(1 + 2 ** -9);
    expect(floatFromHalf(halfFromFloat(2 ** -25 * 3))).toBe(2 ** -23);
    expect(halfFromFloat(65_520)).toBe(0x7c00);
    expect(halfFromFloat(65_519)).toBe(0x7bff);
  });
});
