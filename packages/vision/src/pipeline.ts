/** One picture from bytes to faces, on the calling thread. */
import type {
  AnalysisRequest,
  AnalyzedFace,
  AttributeName,
  FaceAttributes,
  PictureAnalysis,
  Point,
} from "./analysis.js";
import { answeredRectangle } from "./answered-rectangle.js";
import { estimateAttributes } from "./attributes/estimate.js";
import { boxArea, type ScoredBox } from "./boxes.js";
import { decodePicture } from "./decode.js";
import { detectionModels } from "./detection-models.js";
import { detectFaces } from "./detector.js";
import { embedFaces } from "./embeddings.js";
import { estimateHeadPoses } from "./head-pose.js";
import { landmarks27 } from "./landmarks27.js";
import { locateLandmarks } from "./locate-landmarks.js";
import type { RgbPicture } from "./rgb-picture.js";
import type { Sessions } from "./sessions.js";

/** Attributes that need no head pose. */
const poseFree: ReadonlySet<AttributeName> = new Set(["blur", "exposure", "noise"]);

export async function analyzePicture(
  sessions: Sessions,
  file: Uint8Array,
  request: AnalysisRequest,
): Promise<PictureAnalysis> {
  const clock = stopwatch();
  const { picture, width, height } = await decodePicture(file);
  clock.lap("decode");

  const boxes = (await detectFaces(sessions, picture, request.detectionModel))
    .sort((a, b) => boxArea(b) - boxArea(a))
    .slice(0, request.maximumFaces);
  clock.lap("detect");

  const needsLandmarks =
    request.landmarks || request.recognitionModel !== undefined || request.attributes.length > 0;
  const landmarks = needsLandmarks ? await locateLandmarks(sessions, picture, boxes) : undefined;
  clock.lap("landmarks");

  const attributes =
    landmarks !== undefined && request.attributes.length > 0
      ? await attributesOf(sessions, picture, boxes, landmarks, request.attributes)
      : undefined;
  clock.lap("attributes");

  const embeddings =
    landmarks !== undefined && request.recognitionModel !== undefined
      ? await embedFaces(sessions, picture, landmarks, request.recognitionModel)
      : undefined;
  clock.lap("embedding");

  const scale = { x: width / picture.width, y: height / picture.height };
  const { shape } = detectionModels[request.detectionModel];
  const faces = boxes.map((box, index): AnalyzedFace => {
    const points = landmarks?.[index];
    const own = attributes?.[index];
    const embedding = embeddings?.[index];
    return {
      rectangle: answeredRectangle(box, shape, scale, { width, height }),
      detectionScore: box.score,
      ...(request.landmarks && points !== undefined
        ? { landmarks: scaled(landmarks27(points), scale) }
        : {}),
      ...(own === undefined ? {} : { attributes: own }),
      ...(embedding === undefined ? {} : { embedding }),
    };
  });
  const area = (face: AnalyzedFace): number => face.rectangle.width * face.rectangle.height;
  faces.sort((a, b) => area(b) - area(a));
  return { width, height, faces, timings: clock.laps };
}

async function attributesOf(
  sessions: Sessions,
  picture: RgbPicture,
  boxes: readonly ScoredBox[],
  landmarkSets: readonly Float32Array[],
  names: readonly AttributeName[],
): Promise<FaceAttributes[]> {
  const poses = names.some((name) => !poseFree.has(name))
    ? await estimateHeadPoses(sessions, picture, landmarkSets)
    : undefined;
  return estimateAttributes({
    picture,
    faces: boxes.map((box, index) => {
      const headPose = poses?.[index];
      return {
        box,
        landmarks68: landmarkSets[index]!,
        ...(headPose === undefined ? {} : { headPose }),
      };
    }),
    names,
  });
}

function scaled(
  points: Readonly<Record<string, Point>>,
  scale: { readonly x: number; readonly y: number },
): Record<string, Point> {
  return Object.fromEntries(
    Object.entries(points).map(([name, { x, y }]) => [name, { x: x * scale.x, y: y * scale.y }]),
  );
}

/** Milliseconds by stage. */
function stopwatch(): { lap(stage: string): void; readonly laps: Record<string, number> } {
  let last = performance.now();
  const laps: Record<string, number> = {};
  return {
    laps,
    lap(stage) {
      const now = performance.now();
      laps[stage] = now - last;
      last = now;
    },
  };
}
