/** What might be a face: boxes that UltraFace and MTCNN propose, with what O-Net says of each. */
import { orderOf, overlapsAny } from "./box-order.js";
import type { ScoredBox } from "./boxes.js";
import { type DetectionModel, firstImpression } from "./detection-models.js";
import { type Candidate, weighEvidence } from "./face-evidence.js";
import { judgeBoxes, meanOfLooks } from "./mtcnn-judges.js";
import { proposeByMtcnn } from "./mtcnn-proposals.js";
import type { PictureSizes } from "./picture-sizes.js";
import type { RgbPicture } from "./rgb-picture.js";
import type { Sessions } from "./sessions.js";
import { suppress, vote } from "./suppression.js";
import { detectAtScale } from "./ultra-face.js";

/** A picture enlarged more than this shows no more faces, only more that look like some. */
const largestEnlargement = 1.6;
/**
 * Where UltraFace scores a face this high MTCNN has nothing to add: average precision is the same to a thousandth, on both
 * halves of WIDER FACE.
 */
const sureOfUltra = 0.95;
const sameFace = 0.3;
/** Between these first impressions O-Net looks again. */
const doubt = { from: 0.03, to: 0.95 };

/** Everything that might be a face, with what each network says of it. */
export async function candidatesOf(
  sessions: Sessions,
  sizes: PictureSizes,
  model: DetectionModel,
): Promise<Candidate[]> {
  const { original } = sizes;
  const seen = await seenByUltraFace(sessions, sizes, model);
  const ofUltra = vote(suppress(seen, 0.5).slice(0, model.mostProposals), seen, 0.5);
  const once = await judgedOnce(sessions, original, "ultra", ofUltra);
  const candidates = await withSecondLooks(sessions, original, once, indicesInDoubt(once));
  const { mtcnn } = model;
  if (mtcnn === undefined) return candidates;
  const impressions = weighEvidence(candidates, firstImpression);
  const hints = hintsForMtcnn(seen, candidates, impressions, mtcnn.leastImpression);
  const side = Math.min(mtcnn.side, longSide(original));
  const ofMtcnn = await proposeByMtcnn(sessions, sizes, side, hints);
  const others = await judgedOnce(sessions, original, "mtcnn", ofMtcnn);
  return [
    ...settledFarFrom(hints, candidates, impressions),
    // All of them: MTCNN looks only where there is doubt.
    ...(await withSecondLooks(sessions, original, others, [...others.keys()])),
  ];
}

async function judgedOnce(
  sessions: Sessions,
  picture: RgbPicture,
  proposer: Candidate["proposer"],
  boxes: readonly ScoredBox[],
): Promise<Candidate[]> {
  const words = await judgeBoxes(sessions, picture, "onet", boxes);
  const candidates: Candidate[] = [];
  for (const [index, proposed] of boxes.entries())
    candidates.push({ proposer, proposed, judged: words[index]! });
  return candidates;
}

function indicesInDoubt(candidates: readonly Candidate[]): number[] {
  const indices: number[] = [];
  for (const [index, { score }] of weighEvidence(candidates, firstImpression).entries())
    if (score > doubt.from && score < doubt.to) indices.push(index);
  return indices;
}

/** Lets O-Net look where it takes the face to be, and puts both looks together. */
async function withSecondLooks(
  sessions: Sessions,
  picture: RgbPicture,
  candidates: readonly Candidate[],
  indices: readonly number[],
): Promise<Candidate[]> {
  const first = indices.map((index) => candidates[index]!.judged);
  const second = await judgeBoxes(sessions, picture, "onet", first);
  const looked = [...candidates];
  for (const [place, index] of indices.entries())
    looked[index] = {
      ...candidates[index]!,
      judged: meanOfLooks(first[place]!, second[place]!),
    };
  return looked;
}

/** Boxes where MTCNN's word may change what UltraFace's will be taken for. */
function hintsForMtcnn(
  seen: readonly ScoredBox[],
  candidates: readonly Candidate[],
  impressions: readonly ScoredBox[],
  leastImpression: number,
): ScoredBox[] {
  const sure: ScoredBox[] = [];
  const likely: ScoredBox[] = [];
  for (const [index, { proposed }] of candidates.entries()) {
    if (proposed.score >= sureOfUltra) sure.push(proposed);
    if (impressions[index]!.score >= leastImpression) likely.push(proposed);
  }
  const [orderOfSure, orderOfLikely] = [orderOf(sure), orderOf(likely)];
  const hints: ScoredBox[] = [];
  for (const box of seen)
    if (
      !overlapsAny(box, sure, orderOfSure, sameFace) &&
      overlapsAny(box, likely, orderOfLikely, sameFace)
    )
      hints.push(box);
  return hints;
}

/** Where MTCNN does not look, the first impression is the last word. */
function settledFarFrom(
  hints: readonly ScoredBox[],
  candidates: readonly Candidate[],
  impressions: readonly ScoredBox[],
): Candidate[] {
  const order = orderOf(hints);
  const settled: Candidate[] = [];
  for (const [index, candidate] of candidates.entries())
    settled.push(
      overlapsAny(candidate.proposed, hints, order, sameFace)
        ? candidate
        : { ...candidate, settled: impressions[index]!.score },
    );
  return settled;
}

function longSide({ width, height }: RgbPicture): number {
  return Math.max(width, height);
}

/** All that UltraFace holds for possible, many boxes to a face. */
async function seenByUltraFace(
  sessions: Sessions,
  sizes: PictureSizes,
  { scales, proposalThreshold }: DetectionModel,
): Promise<ScoredBox[]> {
  const [coarse] = scales;
  const most = longSide(sizes.original) * largestEnlargement;
  const looked = scales
    .filter((scale) => scale === coarse || scale.side <= most)
    .sort((a, b) => b.side - a.side);
  // All at once: idle workers take their share of the sizes.
  const gathered = sessions.gather(looked.length);
  try {
    const found = await Promise.all(
      looked.map((scale) => detectAtScale(sessions, sizes, scale, proposalThreshold)),
    );
    return found.flat();
  } finally {
    gathered();
  }
}
