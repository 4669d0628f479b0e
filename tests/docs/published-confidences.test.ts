import { recognitionCalibration } from "@mien/vision/recognition-models";
import { expect, it } from "vitest";
import { measureAnswered } from "../../bench/accuracy/src/calibration.js";
import { halfOf } from "../../bench/accuracy/src/lfw-data.js";
import type { NetworkVectors } from "../../bench/accuracy/src/lfw-embeddings.js";

/** Of a network with two dimensions, at an angle in degrees. */
function vectorsAt(angle: number): NetworkVectors {
  const radians = (angle * Math.PI) / 180;
  const fr = Float32Array.of(Math.cos(radians), Math.sin(radians));
  return { fr, lengths: { fr: Math.exp(2) } } as Partial<NetworkVectors> as NetworkVectors;
}

it("what is published of confidences is measured of those that are answered", () => {
  const names = Array.from({ length: 40 }, (_, index) => `person ${index}`);
  const [first, second] = names.filter((name) => halfOf(name) === 1);
  const { parts, bias } = recognitionCalibration("recognition_03");
  const { weight } = parts[0]!;
  // Just above and just below the angle at which the answered confidence is 0.5.
  const border = (Math.acos(-bias / weight) * 180) / Math.PI;
  const vectors = new Map([
    [`${first}/1.jpg`, vectorsAt(0)],
    [`${first}/2.jpg`, vectorsAt(border - 0.1)],
    [`${second}/1.jpg`, vectorsAt(border + 0.1)],
  ]);
  const pairs = [
    { first: `${first}/1.jpg`, second: `${first}/2.jpg`, same: true },
    { first: `${first}/1.jpg`, second: `${second}/1.jpg`, same: false },
  ];

  const report = measureAnswered("recognition_03", vectors, pairs);

  expect(report).toMatchObject({ weights: [weight], bias, samePersonPairs: 1, strangerPairs: 2 });
  expect(report.pairs).toMatchObject({ falseAccepts: 0, falseRejects: 0 });
});
