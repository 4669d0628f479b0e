import { describe, expect, it } from "vitest";
import type { ScoredBox } from "./boxes.js";
import { detectionModels } from "./detection-models.js";
import { type Candidate, weighEvidence } from "./face-evidence.js";

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
