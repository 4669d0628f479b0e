/** Faces of a picture by one of the detection models. */
import type { DetectionModelId } from "./analysis.js";
import { type ScoredBox, suppress } from "./boxes.js";
import { type DetectionModel, detectionModels } from "./detection-models.js";
import type { RgbPicture } from "./rgb-picture.js";
import type { Sessions } from "./sessions.js";
import { detectAtScale } from "./ultra-face.js";

/** Boxes from forehead to chin, best score first, pixels of `picture`; they may reach over its border. */
export async function detectFaces(
  sessions: Sessions,
  picture: RgbPicture,
  model: DetectionModelId,
): Promise<ScoredBox[]> {
  const { scales, threshold, suppression }: DetectionModel = detectionModels[model];
  const boxes: ScoredBox[] = [];
  for (const scale of scales)
    boxes.push(...(await detectAtScale(sessions, picture, scale, threshold)));
  return suppress(boxes, suppression);
}
