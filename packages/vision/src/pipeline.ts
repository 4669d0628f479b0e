/** One picture from bytes to faces, on the calling thread; decoding is the caller's, who may leave it to another process. */
import type {
  AnalysisRequest,
  AnalyzedFace,
  PictureAnalysis,
  Point,
  StageTime,
} from "./analysis.js";
import { answeredRectangle } from "./answered-rectangle.js";
import { estimateAttributes } from "./attributes/estimate.js";
import { boxArea } from "./boxes.js";
import type { DecodedPicture } from "./decode.js";
import { detectionModels } from "./detection-models.js";
import { detectFaces } from "./detector.js";
import { embedFaces } from "./embeddings.js";
import { locateLandmarks } from "./locate-landmarks.js";
import { locateLandmarks27 } from "./locate-landmarks27.js";
import { sharedMeshes } from "./mesh-landmarks.js";
import { serviceSquare, squareBox } from "./service-square.js";
import type { Sessions } from "./sessions.js";

/**
 * Decodes a picture, finds its faces and computes what `request` asks for. Rectangles and landmarks are in pixels of the
 * picture as it is shown (after EXIF), also where it was decoded smaller; faces come largest first, at most
 * `request.maximumFaces`.
 */
export async function analyzePicture(
  sessions: Sessions,
  file: Uint8Array,
  request: AnalysisRequest,
  decode: (file: Uint8Array) => Promise<DecodedPicture>,
): Promise<PictureAnalysis> {
  const clock = stopwatch();
  const { picture, width, height } = await decode(file);
  clock.lap("decode");

  const boxes = (await detectFaces(sessions, picture, request.detectionModel))
    .sort((a, b) => boxArea(b) - boxArea(a))
    .slice(0, request.maximumFaces);
  clock.lap("detect");

  const { shape } = detectionModels[request.detectionModel];
  const needsLandmarks =
    shape === "square" ||
    request.landmarks ||
    request.recognitionModel !== undefined ||
    request.attributes.length > 0;
  const landmarks = needsLandmarks ? await locateLandmarks(sessions, picture, boxes) : undefined;
  clock.lap("landmarks");

  const askMeshes = sharedMeshes(sessions, picture, landmarks ?? []);
  // Each branch asks for its runs of networks before any is done, so that idle workers can take their share.
  const [answered, attributes, embeddings] = await Promise.all([
    landmarks !== undefined && request.landmarks
      ? clock.timed("landmarks27", locateLandmarks27(sessions, picture, landmarks, askMeshes))
      : undefined,
    landmarks !== undefined && request.attributes.length > 0
      ? clock.timed(
          "attributes",
          estimateAttributes(sessions, picture, boxes, landmarks, request.attributes, askMeshes),
        )
      : undefined,
    landmarks !== undefined && request.recognitionModel !== undefined
      ? clock.timed("embedding", embedFaces(sessions, picture, landmarks, request.recognitionModel))
      : undefined,
  ]);

  const scale = { x: width / picture.width, y: height / picture.height };
  const faces = boxes.map((box, index): AnalyzedFace => {
    const points = answered?.[index];
    const own = attributes?.[index];
    const embedding = embeddings?.[index];
    return {
      rectangle: answeredRectangle(
        shape === "square" && landmarks !== undefined
          ? squareBox(serviceSquare(box, landmarks[index]!))
          : box,
        scale,
        { width, height },
      ),
      detectionScore: box.score,
      ...(points === undefined ? {} : { landmarks: scaled(points, scale) }),
      ...(own === undefined ? {} : { attributes: own }),
      ...(embedding === undefined ? {} : { embedding }),
    };
  });
  faces.sort(largestFirst);
  return { width, height, faces, timings: clock.laps };
}

function largestFirst(a: AnalyzedFace, b: AnalyzedFace): number {
  return b.rectangle.width * b.rectangle.height - a.rectangle.width * a.rectangle.height;
}

function scaled(
  points: Readonly<Record<string, Point>>,
  scale: { readonly x: number; readonly y: number },
): Record<string, Point> {
  const moved: Record<string, Point> = {};
  for (const [name, { x, y }] of Object.entries(points))
    moved[name] = { x: x * scale.x, y: y * scale.y };
  return moved;
}

interface Stopwatch {
  /** The stage since the last lap. */
  lap(stage: string): void;
  /** A stage that others overlap: from the last lap to its end. */
  timed<Result>(stage: string, work: Promise<Result>): Promise<Result>;
  readonly laps: Record<string, StageTime>;
}

function stopwatch(): Stopwatch {
  const start = performance.now();
  let last = start;
  const laps: Record<string, StageTime> = {};
  const since = (begin: number, end: number): StageTime => ({
    begin: begin - start,
    milliseconds: end - begin,
  });
  return {
    laps,
    lap(stage) {
      const now = performance.now();
      laps[stage] = since(last, now);
      last = now;
    },
    async timed(stage, work) {
      const begin = last;
      const result = await work;
      laps[stage] = since(begin, performance.now());
      return result;
    },
  };
}
