import { describe, expect, it } from "vitest";
import type { ScoredBox } from "./boxes.js";
import { detectionModels } from "./detection-models.js";
import { type Candidate, weighEvidence } from "./face-evidence.js";
import { opinionOf, opinionWeights } from "./judge-opinion.js";
import { logitOf, probabilityOf } from "./log-odds.js";
import { judgeBoxes, meanOfLooks } from "./mtcnn-judges.js";
import { Sessions } from "./sessions.js";

const { evidence } = detectionModels.detection_03;

function box(score: number, left = 100, side = 40): ScoredBox {
  return { left, top: 50, right: left + side, bottom: 50 + side, score };
}

function candidate(proposer: Candidate["proposer"], proposed: number, judged: number, left = 100) {
  return { proposer, proposed: box(proposed, left), judged: box(judged, left) };
}

function scoreOf(...candidates: Candidate[]): number {
  return weighEvidence(candidates, evidence)[0]!.score;
}

describe("judgeBoxes", () => {
  it("says of each box what O-Net saw, as many numbers as the opinion weighs", async () => {
    const data = Uint8Array.from({ length: 64 * 64 * 3 }, (_, i) => (i * 37) % 251);
    const boxes = [box(0.5, 4), box(0.5, 20)];
    const picture = { data, width: 64, height: 64 };
    const both = await judgeBoxes(new Sessions(), picture, "onet", boxes);
    const [second] = await judgeBoxes(new Sessions(), picture, "onet", boxes.slice(1));
    for (const { features } of both) expect(features).toHaveLength(opinionWeights.length);
    expect(opinionOf(both[1]!.features)).toBeCloseTo(opinionOf(second!.features), 3);
    expect(opinionOf(both[0]!.features)).not.toBeCloseTo(opinionOf(second!.features), 3);
  });
});

describe("meanOfLooks", () => {
  it("puts two looks in the middle: boxes, log odds within bounds, features", () => {
    const one = { ...box(0.9, 100), features: Float32Array.of(1, -2) };
    const other = { ...box(0.1, 110, 60), features: Float32Array.of(3, 4) };
    const both = meanOfLooks(one, other);
    expect(both).toMatchObject({ left: 105, top: 50, right: 155, bottom: 100 });
    expect(both.score).toBeCloseTo(0.5, 12);
    expect([...both.features!]).toEqual([2, 1]);
    // Certainty is bounded: one look that is sure of nothing does not silence the other.
    expect(meanOfLooks(one, { ...other, score: 0 }).score).toBeCloseTo(
      probabilityOf((logitOf(0.9) - 5) / 2),
      12,
    );
    expect([...one.features]).toEqual([1, -2]);
  });
});

describe("weighEvidence", () => {
  it("believes a box the more, the more either network does", () => {
    const scores = [0.1, 0.3, 0.6, 0.9, 0.99];
    for (const judged of scores)
      for (const [index, proposed] of scores.slice(1).entries())
        for (const pair of [
          [
            [scores[index]!, judged],
            [proposed, judged],
          ],
          [
            [judged, scores[index]!],
            [judged, proposed],
          ],
        ] as const)
          expect(scoreOf(candidate("ultra", ...pair[1]))).toBeGreaterThan(
            scoreOf(candidate("ultra", ...pair[0])),
          );
  });

  it("believes a box more that the other proposer found too, and not one elsewhere", () => {
    const own = candidate("ultra", 0.4, 0.5);
    const alone = scoreOf(own);
    expect(scoreOf(own, candidate("mtcnn", 0.9, 0.9))).toBeGreaterThan(alone);
    expect(scoreOf(own, candidate("mtcnn", 0.9, 0.9, 400))).toBe(alone);
  });

  it("leaves a score that is settled, and lets its box count for others", () => {
    const own = candidate("ultra", 0.4, 0.5);
    const settled = { ...candidate("ultra", 0.9, 0.9), settled: 0.123 };
    expect(scoreOf(settled, own)).toBe(0.123);
    expect(scoreOf(own, settled)).toBeGreaterThan(scoreOf(own));
  });

  it("hears what the features say beside the judge's own score", () => {
    const own = candidate("ultra", 0.4, 0.5);
    const seen = (sign: number): Candidate => ({
      ...own,
      judged: {
        ...own.judged,
        features: Float32Array.from(opinionWeights, (weight) => sign * Math.sign(weight) * 0.01),
      },
    });
    expect(opinionOf(seen(1).judged.features)).toBeCloseTo(-opinionOf(seen(-1).judged.features), 5);
    expect(scoreOf(seen(1))).toBeGreaterThan(scoreOf(own) + 0.05);
    expect(scoreOf(seen(-1))).toBeLessThan(scoreOf(own) - 0.05);
  });

  it("stays within 0 and 1 for networks that are sure beyond reason", () => {
    const sure = weighEvidence(
      [candidate("ultra", 1, 1), candidate("mtcnn", 0, 0, 300), candidate("ultra", 0, 0, 600)],
      evidence,
    );
    for (const { score } of sure) {
      expect(score).toBeGreaterThan(0);
      expect(score).toBeLessThan(1);
    }
    expect(sure[0]!.score).toBeGreaterThan(0.85);
    expect(sure[2]!.score).toBeLessThan(0.05);
  });

  it("places a box between the proposer's and the judge's", () => {
    const [placed] = weighEvidence(
      [{ proposer: "ultra", proposed: box(0.9, 100), judged: box(0.9, 110) }],
      evidence,
    );
    expect(placed).toMatchObject({ left: 105, right: 145, top: 50, bottom: 90 });
  });
});
