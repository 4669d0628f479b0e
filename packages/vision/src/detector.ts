/** Faces of a picture by one of the detection models. */
import type { DetectionModelId } from "./analysis.js";
import { type ScoredBox, suppress } from "./boxes.js";
import { type DetectionModel, detectionModels } from "./detection-models.js";
import type { RgbPicture } from "./rgb-picture.js";
import type { Sessions } from "./sessions.js";
import { detectAtScale } from "./ultra-face.js";

/** Faces of a picture that has been enlarged more than this hold nothing new. */
const largestEnlargement = 1.25;

/** Boxes from forehead to chin, best score first, pixels of `picture`; they may reach over its border. */
export async function detectFaces(
  sessions: Sessions,
  picture: RgbPicture,
  model: DetectionModelId,
): Promise<ScoredBox[]> {
  const { scales, threshold, suppression }: DetectionModel = detectionModels[model];
  const boxes: ScoredBox[] = [];
  const [coarse] = scales;
  const side = Math.max(picture.width, picture.height);
  for (const scale of scales) {
    // A finer look than the coarsest pays only where the picture has the pixels for it.
    if (scale !== coarse && side * largestEnlargement <= coarse!.side) continue;
    boxes.push(...(await detectAtScale(sessions, picture, scale, threshold)));
  }
  return suppress(boxes, suppression);
}
