/** Attributes of the faces of one picture. */
import type { AttributeName, FaceAttributes } from "../analysis.js";
import type { ScoredBox } from "../boxes.js";
import type { sharedMeshes } from "../mesh-landmarks.js";
import type { RgbPicture } from "../rgb-picture.js";
import type { Sessions } from "../sessions.js";
import { gatherEvidence } from "./evidence.js";
import { attributeTable } from "./registry.js";

/** One object a face with one member for each name asked for. */
export async function estimateAttributes(
  sessions: Sessions,
  picture: RgbPicture,
  boxes: readonly ScoredBox[],
  landmarkSets: readonly Float32Array[],
  names: readonly AttributeName[],
  askMeshes: ReturnType<typeof sharedMeshes>,
): Promise<FaceAttributes[]> {
  const needed = new Set(names.flatMap((name) => attributeTable[name].needs));
  const evidence = await gatherEvidence(sessions, picture, boxes, landmarkSets, needed, askMeshes);
  return evidence.map((face) =>
    Object.fromEntries(names.map((name) => [name, attributeTable[name].estimate(face)])),
  );
}
