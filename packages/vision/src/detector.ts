/** Faces of a picture by one of the detection models. */
import type { DetectionModelId } from "./analysis.js";
import { heardOfBodies } from "./body-witness.js";
import { boxArea, type ScoredBox, scoredFrom } from "./boxes.js";
import { candidatesOf } from "./candidates.js";
import { type DetectionModel, detectionModels } from "./detection-models.js";
import { weighEvidence } from "./face-evidence.js";
import { waysUp } from "./mesh-confirmation.js";
import { PictureSizes } from "./picture-sizes.js";
import type { RgbPicture } from "./rgb-picture.js";
import type { Sessions } from "./sessions.js";
import { suppress, vote } from "./suppression.js";
import { lookAgain, lookUpright, type Looks } from "./second-look.js";

/** Least height, pixels, of a box of which the mesh can say something. */
const leastWitnessed = 64;
/** Faces that lie on their side seldom score higher. */
const uprightScore = 0.97;
/** Boxes that overlap this much tell together where a face is. */
const votingOverlap = 0.6;
/** Boxes that have moved to the same face overlap more than this. */
const repeatedOverlap = 0.45;

/** Boxes from forehead to chin, best score first, pixels of `picture`; they may reach over its border. */
export async function detectFaces(
  sessions: Sessions,
  picture: RgbPicture,
  model: DetectionModelId,
): Promise<ScoredBox[]> {
  const row = detectionModels[model];
  const sizes = new PictureSizes(picture);
  const weighed = await weighedFaces(sessions, sizes, row);
  const heard = await heardFaces(sessions, sizes, row, weighed);
  const found = await withoutLookAlikes(sessions, picture, facesFrom(heard, row.threshold), row);
  // The bodies have been heard; what other looks find, the mesh must see too.
  const lookBy =
    (model: DetectionModel): Looks["look"] =>
    async (other, least) =>
      facesFrom(await weighedFaces(sessions, new PictureSizes(other), model), least);
  const looks: Looks = {
    threshold: row.secondThreshold,
    glance: lookBy(atFirstSight(row)),
    look: lookBy(row),
  };
  const [best] = found;
  // A large face that is hardly one may be one that lies on its side, and others beside it were not seen. Bodies know which
  // way is up no better than the detectors do.
  const seen = scoredFrom(weighed, row.threshold).length > 0;
  if (best === undefined || !seen || isDoubtful(best, row)) {
    const again = await lookAgain(sessions, sizes, looks);
    return best === undefined || (again[0]?.score ?? 0) > best.score ? again : found;
  }
  const witnesses = found
    .filter((box) => isLarge(box) && box.score < uprightScore)
    .sort((a, b) => boxArea(b) - boxArea(a));
  return lookUpright(sessions, picture, looks, witnesses, found);
}

/** For looks at a picture from other sides: small faces alone do not tell which side is up. Exported for `training`. */
export function atFirstSight(model: DetectionModel): DetectionModel {
  const { mtcnn, ...rest } = model;
  return {
    ...rest,
    scales: model.scales.slice(0, 2),
    ...(mtcnn === undefined ? {} : { mtcnn: { ...mtcnn, side: model.scales[0]!.side } }),
  };
}

function isDoubtful(box: ScoredBox, { sureScore }: DetectionModel): boolean {
  return box.score < sureScore && isLarge(box);
}

function isLarge({ top, bottom }: ScoredBox): boolean {
  return bottom - top >= leastWitnessed;
}

/**
 * Hands, letters and folds of cloth, seen large, are what detectors take for faces; a face that large is one to the mesh
 * too. Small boxes show the mesh too little.
 */
async function withoutLookAlikes(
  sessions: Sessions,
  picture: RgbPicture,
  found: readonly ScoredBox[],
  model: DetectionModel,
): Promise<ScoredBox[]> {
  const doubtful = found.filter((box) => isDoubtful(box, model));
  const ways = await waysUp(sessions, picture, doubtful);
  const refused = new Set(doubtful.filter((_, index) => ways[index] === undefined));
  return found.filter((box) => !refused.has(box));
}

/** The same without second looks and witnesses, down to a score: what measurements of precision and recall need. */
export async function scoredFaces(
  sessions: Sessions,
  sizes: PictureSizes,
  model: DetectionModel,
  threshold: number,
): Promise<ScoredBox[]> {
  const weighed = await weighedFaces(sessions, sizes, model);
  return facesFrom(await heardFaces(sessions, sizes, model, weighed), threshold);
}

async function heardFaces(
  sessions: Sessions,
  sizes: PictureSizes,
  { bodies }: DetectionModel,
  boxes: readonly ScoredBox[],
): Promise<readonly ScoredBox[]> {
  return bodies === undefined ? boxes : heardOfBodies(sessions, sizes.original, boxes, bodies);
}

/** Those of at least a score, each face once, best score first. Exported for `training`. */
export function facesFrom(boxes: readonly ScoredBox[], least: number): ScoredBox[] {
  return suppress(scoredFrom(boxes, least), repeatedOverlap);
}

/** All boxes, before bodies are heard. Exported for `training`. */
export async function weighedFaces(
  sessions: Sessions,
  sizes: PictureSizes,
  model: DetectionModel,
): Promise<ScoredBox[]> {
  const boxes = weighEvidence(await candidatesOf(sessions, sizes, model), model.evidence);
  return vote(suppress(boxes, model.suppression), boxes, votingOverlap);
}
