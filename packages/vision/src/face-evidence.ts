/** What several networks say of one candidate, weighed together. */
import { endNear, firstNear, indexAt, orderOf } from "./box-order.js";
import { boxArea, overlap, type ScoredBox } from "./boxes.js";
import { opinionOf } from "./judge-opinion.js";
import { boundedLogitOf, probabilityOf } from "./log-odds.js";
import type { JudgedBox } from "./mtcnn-judges.js";

/** One box that a proposer found and O-Net looked at. */
export interface Candidate {
  readonly proposer: "ultra" | "mtcnn";
  /** With the proposer's score. */
  readonly proposed: ScoredBox;
  /** O-Net's own box, score and features. */
  readonly judged: JudgedBox;
  /** Its score, where UltraFace and O-Net alone have settled it and MTCNN was not asked. */
  readonly settled?: number;
}

/** Logistic regression over what {@link weighEvidence} reads of a candidate and those that overlap it. */
export interface EvidenceWeights {
  readonly bias: number;
  /** Logit of UltraFace's score of this box; of {@link unseen} for MTCNN's boxes. */
  readonly ultra: number;
  /** Logit of O-Net's score. */
  readonly judge: number;
  /** What {@link opinionOf} O-Net's features is. */
  readonly opinion: number;
  /** 1 for MTCNN's boxes. */
  readonly mtcnn: number;
  /** Highest logits among the other candidates that overlap this one by half: UltraFace's, O-Net's of MTCNN's and of UltraFace's boxes. */
  readonly otherUltra: number;
  readonly otherJudgeOfMtcnn: number;
  readonly otherJudgeOfUltra: number;
  /** Logarithm of one more than the number of UltraFace's boxes among them. */
  readonly othersOfUltra: number;
  /** Octaves of the side above 32 pixels, and their square. */
  readonly size: number;
  readonly sizeSquared: number;
  /** Intersection over union of the two boxes. */
  readonly agreement: number;
}

/** The score that stands for "UltraFace did not see it". */
const unseen = 0.03;
/** The same for O-Net. */
const unjudged = 0.01;

/** Each candidate as one box with one score, 0..1. */
export function weighEvidence(
  candidates: readonly Candidate[],
  weights: EvidenceWeights,
): ScoredBox[] {
  const boxes = candidates.map(placed);
  const order = orderOf(boxes);
  const weighed: ScoredBox[] = [];
  for (const [index, { proposer, proposed, judged, settled }] of candidates.entries()) {
    const box = boxes[index]!;
    let ultra = unseen;
    let judgeOfMtcnn = unjudged;
    let judgeOfUltra = 0;
    let count = 0;
    const end = endNear(order, box, 0.5);
    for (let place = firstNear(order, box, 0.5); place < end; place++) {
      const other = indexAt(order, place);
      if (other === index || overlap(box, boxes[other]!) < 0.5) continue;
      const candidate = candidates[other]!;
      if (candidate.proposer === "ultra") {
        ultra = Math.max(ultra, candidate.proposed.score);
        judgeOfUltra = Math.max(judgeOfUltra, candidate.judged.score);
        count++;
      } else judgeOfMtcnn = Math.max(judgeOfMtcnn, candidate.judged.score);
    }
    const octaves = Math.log2(Math.max(4, Math.sqrt(Math.max(1, boxArea(box))))) - 5;
    const own = proposer === "ultra" ? Math.max(unseen, proposed.score) : unseen;
    const evidence =
      weights.bias +
      weights.ultra * boundedLogitOf(own) +
      weights.judge * boundedLogitOf(judged.score) +
      weights.opinion * opinionOf(judged.features) +
      weights.mtcnn * (proposer === "mtcnn" ? 1 : 0) +
      weights.otherUltra * boundedLogitOf(ultra) +
      weights.otherJudgeOfMtcnn * boundedLogitOf(judgeOfMtcnn) +
      weights.otherJudgeOfUltra * boundedLogitOf(Math.max(unjudged, judgeOfUltra)) +
      weights.othersOfUltra * Math.log1p(count) +
      weights.size * octaves +
      weights.sizeSquared * octaves * octaves +
      weights.agreement * overlap(proposed, judged);
    weighed.push({ ...box, score: settled ?? probabilityOf(evidence) });
  }
  return weighed;
}

/** The mean of both boxes; MTCNN's proposals are rougher and count less. */
function placed({ proposer, proposed, judged }: Candidate): ScoredBox {
  const own = proposer === "ultra" ? 0.5 : 0.3;
  const other = 1 - own;
  return {
    left: own * proposed.left + other * judged.left,
    top: own * proposed.top + other * judged.top,
    right: own * proposed.right + other * judged.right,
    bottom: own * proposed.bottom + other * judged.bottom,
    score: judged.score,
  };
}
