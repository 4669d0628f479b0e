/** Faces of a picture by one of the detection models. */
import type { DetectionModelId } from "./analysis.js";
import { type ScoredBox, suppress, vote } from "./boxes.js";
import { type DetectionModel, detectionModels } from "./detection-models.js";
import { refineProposals } from "./refine-proposals.js";
import type { RgbPicture } from "./rgb-picture.js";
import type { Sessions } from "./sessions.js";
import { padded, turned, turnedBack } from "./turned-picture.js";
import { detectAtScale } from "./ultra-face.js";

/** A picture enlarged more than this shows no more faces, only more that look like some. */
const largestEnlargement = 1.6;
/** Proposals that the second network looks at, best first: bounds the cost of a crowd or of foliage. */
const mostProposals = 256;

/** Boxes from forehead to chin, best score first, pixels of `picture`; they may reach over its border. */
export async function detectFaces(
  sessions: Sessions,
  picture: RgbPicture,
  model: DetectionModelId,
): Promise<ScoredBox[]> {
  const row = detectionModels[model];
  const found = await scoredFaces(sessions, picture, row, row.threshold);
  return found.length > 0 ? found : secondLook(sessions, picture, row);
}

/** The same without a second look and down to a score: what measurements of precision and recall need. */
export async function scoredFaces(
  sessions: Sessions,
  picture: RgbPicture,
  { scales, proposalThreshold, refined, suppression }: DetectionModel,
  threshold: number,
): Promise<ScoredBox[]> {
  const boxes: ScoredBox[] = [];
  const [coarse] = scales;
  const side = Math.max(picture.width, picture.height);
  const bound = refined ? proposalThreshold : threshold;
  const looked = scales.filter(
    (scale) => scale === coarse || scale.side <= side * largestEnlargement,
  );
  // All at once: idle workers take their share of the scales.
  const gathered = sessions.gather(looked.length);
  try {
    const found = looked.map((scale) => detectAtScale(sessions, picture, scale, bound));
    boxes.push(...(await Promise.all(found)).flat());
  } finally {
    gathered();
  }
  const proposals = vote(suppress(boxes, 0.5).slice(0, mostProposals), boxes);
  const judged = refined ? await refineProposals(sessions, picture, proposals) : proposals;
  return suppress(
    judged.filter((box) => box.score >= threshold),
    suppression,
  );
}

/** Quarter turns clockwise that a picture without EXIF may need. */
const quarterTurns = [1, 3, 2] as const;

/**
 * Where the first look finds nothing: the picture with a wide margin, for faces that fill it, then the picture on
 * its sides and on its head.
 */
async function secondLook(
  sessions: Sessions,
  picture: RgbPicture,
  row: DetectionModel,
): Promise<ScoredBox[]> {
  const margin = padded(picture);
  const closeUps = await scoredFaces(sessions, margin.picture, row, row.secondThreshold);
  if (closeUps.length > 0)
    return closeUps.map((box) => ({
      ...box,
      left: box.left - margin.left,
      right: box.right - margin.left,
      top: box.top - margin.top,
      bottom: box.bottom - margin.top,
    }));
  for (const turns of quarterTurns) {
    const found = await scoredFaces(
      sessions,
      await turned(picture, turns),
      row,
      row.secondThreshold,
    );
    if (found.length > 0) return found.map((box) => turnedBack(box, turns, picture));
  }
  return [];
}
