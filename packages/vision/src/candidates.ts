/** What might be a face: boxes that UltraFace and MTCNN propose, with what O-Net says of each. */
import { overlapsAny, type ScoredBox, suppress, vote } from "./boxes.js";
import { type DetectionModel, firstImpression } from "./detection-models.js";
import { type Candidate, weighEvidence } from "./face-evidence.js";
import { judgeBoxes, meanOfLooks } from "./mtcnn-judges.js";
import { proposeByMtcnn } from "./mtcnn-proposals.js";
import type { PictureSizes } from "./picture-sizes.js";
import type { RgbPicture } from "./rgb-picture.js";
import type { Sessions } from "./sessions.js";
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
  const candidates = await judgedOnce(sessions, original, "ultra", ofUltra);
  await lookAgain(sessions, original, candidates, indicesInDoubt(candidates));
  const { mtcnn } = model;
  if (mtcnn === undefined) return candidates;
  const hints = hintsForMtcnn(seen, candidates, mtcnn.leastImpression);
  const side = Math.min(mtcnn.side, longSide(original));
  const ofMtcnn = await proposeByMtcnn(sessions, sizes, side, hints);
  const others = await judgedOnce(sessions, original, "mtcnn", ofMtcnn);
  // All of them: MTCNN looks only where there is doubt.
  await lookAgain(sessions, original, others, [...others.keys()]);
  return [...candidates, ...others];
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
async function lookAgain(
  sessions: Sessions,
  picture: RgbPicture,
  candidates: Candidate[],
  indices: readonly number[],
): Promise<void> {
  const first = indices.map((index) => candidates[index]!.judged);
  const second = await judgeBoxes(sessions, picture, "onet", first);
  for (const [place, index] of indices.entries())
    candidates[index] = {
      ...candidates[index]!,
      judged: meanOfLooks(first[place]!, second[place]!),
    };
}

/**
 * Boxes where MTCNN's word may change what UltraFace's will be taken for; what is far from all of them is settled.
 */
function hintsForMtcnn(
  seen: readonly ScoredBox[],
  candidates: Candidate[],
  leastImpression: number,
): ScoredBox[] {
  const sure: ScoredBox[] = [];
  const likely: ScoredBox[] = [];
  const weighed = weighEvidence(candidates, firstImpression);
  for (const [index, { proposed }] of candidates.entries()) {
    if (proposed.score >= sureOfUltra) sure.push(proposed);
    if (weighed[index]!.score >= leastImpression) likely.push(proposed);
  }
  const hints: ScoredBox[] = [];
  for (const box of seen)
    if (!overlapsAny(box, sure, sameFace) && overlapsAny(box, likely, sameFace)) hints.push(box);
  for (const [index, candidate] of candidates.entries())
    if (!overlapsAny(candidate.proposed, hints, sameFace))
      candidates[index] = { ...candidate, settled: weighed[index]!.score };
  return hints;
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
