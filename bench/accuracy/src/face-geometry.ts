/** Landmarks and head pose against known truth. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Point } from "@mien/vision/analysis";
import type { Box, ScoredBox } from "@mien/vision/boxes";
import { decodePicture } from "@mien/vision/decode";
import { detectFaces } from "@mien/vision/detector";
import { estimateHeadPoses } from "@mien/vision/head-pose";
import { iBugOf, meshOf } from "@mien/vision/landmarks27";
import { meanPoint } from "@mien/vision/landmarks68";
import { locateLandmarks } from "@mien/vision/locate-landmarks";
import { locateLandmarks27 } from "@mien/vision/locate-landmarks27";
import { meshPoint, meshRegion, predictMeshes } from "@mien/vision/mesh-landmarks";
import type { RgbPicture } from "@mien/vision/rgb-picture";
import { Sessions } from "@mien/vision/sessions";
import { dataFolder } from "./data-folder.js";
import { progress } from "./progress.js";
import { mean } from "./statistics.js";
import { boxOf, sameFace } from "./subject.js";

interface PosedFace {
  readonly file: string;
  readonly pitch: number;
  /** Opposite sign to the service's. */
  readonly yaw: number;
  readonly roll: number;
  readonly landmarks68: readonly (readonly [number, number])[];
}

export interface LandmarkBand {
  readonly yaw: string;
  readonly faces: number;
  /** Mean distance of the points that iBUG's 68 also have, percent of the landmarks' extent. */
  readonly answered: number;
  readonly ibugAlone: number;
  readonly meshAlone: number;
}

export interface PoseErrors {
  readonly faces: number;
  /** Mean absolute error, degrees. */
  readonly pitch: number;
  readonly yaw: number;
  readonly roll: number;
}

export interface GeometryReport {
  readonly notFound: number;
  readonly landmarks: readonly LandmarkBand[];
  /** Faces of known pose that fitted nothing, within 60 degrees of yaw. */
  readonly knownPose: PoseErrors;
  /** The service's answers for portraits that fitted nothing. */
  readonly serviceAnswers: PoseErrors;
}

const bands = [0, 30, 60, 100];

function angleBetween(a: number, b: number): number {
  return Math.abs(((((a - b + 180) % 360) + 360) % 360) - 180);
}

function errors(pairs: readonly { answer: PoseLike; truth: PoseLike }[]): PoseErrors {
  const of = (name: keyof PoseLike): number =>
    mean(pairs.map(({ answer, truth }) => angleBetween(answer[name], truth[name])));
  return { faces: pairs.length, pitch: of("pitch"), yaw: of("yaw"), roll: of("roll") };
}

interface PoseLike {
  readonly pitch: number;
  readonly yaw: number;
  readonly roll: number;
}

export async function measureGeometry(): Promise<GeometryReport> {
  const sessions = new Sessions();
  const lines = (await readFile(join(dataFolder, "pose/truth.jsonl"), "utf8")).trim().split("\n");
  const truths = lines.map((line) => JSON.parse(line) as PosedFace);
  const measured: { yaw: number; answered: number; ibug: number; mesh: number }[] = [];
  const poses: { answer: PoseLike; truth: PoseLike }[] = [];
  let notFound = 0;
  const report = progress("landmarks", truths.length);
  for (const [index, truth] of truths.entries()) {
    report();
    const { picture, width } = await decodePicture(
      await readFile(join(dataFolder, "pose/images", truth.file)),
    );
    const scale = width / picture.width;
    const real = Float32Array.from(truth.landmarks68.flat(), (value) => value / scale);
    const extent = extentOf(real);
    const face = sameFace(await detectFaces(sessions, picture, "detection_02"), extent, 0.3);
    if (face === undefined) {
      notFound++;
      continue;
    }
    const [landmarks] = (await locateLandmarks(sessions, picture, [face])) as [Float32Array];
    const [mesh] = await predictMeshes(sessions, picture, [meshRegion(landmarks)]);
    const [points] = (await locateLandmarks27(sessions, picture, [landmarks])) as [
      Record<string, Point>,
    ];
    const names = Object.keys(points).filter((name) => iBugOf(name) !== undefined);
    const size = Math.sqrt((extent.right - extent.left) * (extent.bottom - extent.top));
    const error = (locate: (name: string) => Point): number =>
      (100 / size) *
      mean(
        names.map((name) => {
          const at = meanPoint(real, iBugOf(name)!);
          const found = locate(name);
          return Math.hypot(found.x - at.x, found.y - at.y);
        }),
      );
    // The faces at even places of the list fitted the correction of the landmarks and the regression of the pose.
    if (index % 2 === 0) continue;
    measured.push({
      yaw: Math.abs(truth.yaw),
      answered: error((name) => points[name]!),
      ibug: error((name) => meanPoint(landmarks, iBugOf(name)!)),
      mesh: error((name) => meshPoint(mesh!, meshOf(name)!)),
    });
    if (Math.abs(truth.yaw) < 60) {
      const [answer] = await estimateHeadPoses(sessions, picture, [landmarks]);
      poses.push({
        answer: answer!,
        truth: { pitch: truth.pitch, yaw: -truth.yaw, roll: truth.roll },
      });
    }
  }
  return {
    notFound,
    landmarks: bands.slice(0, -1).map((low, index) => {
      const high = bands[index + 1]!;
      const own = measured.filter(({ yaw }) => yaw >= low && yaw < high);
      return {
        yaw: `${low} to ${high}`,
        faces: own.length,
        answered: mean(own.map((face) => face.answered)),
        ibugAlone: mean(own.map((face) => face.ibug)),
        meshAlone: mean(own.map((face) => face.mesh)),
      };
    }),
    knownPose: errors(poses),
    serviceAnswers: await againstService(sessions),
  };
}

function extentOf(landmarks: Float32Array): Box {
  const xs = landmarks.filter((_, index) => index % 2 === 0);
  const ys = landmarks.filter((_, index) => index % 2 === 1);
  return {
    left: Math.min(...xs),
    right: Math.max(...xs),
    top: Math.min(...ys),
    bottom: Math.max(...ys),
  };
}

/** The share of portraits, by a hash of their number, that neither the pose regression nor the heads have seen. */
export function heldOut(file: string): boolean {
  const number = Number(/(\d+)\D*$/.exec(file)?.[1] ?? 0);
  return Number((BigInt(number) * 2654435761n) % 2n ** 32n) / 2 ** 32 >= 0.8;
}

export interface ServiceAnswer {
  readonly file: string;
  readonly drawnMask: string | null;
  readonly faceRectangle: {
    readonly left: number;
    readonly top: number;
    readonly width: number;
    readonly height: number;
  };
  readonly faceAttributes: {
    readonly headPose: PoseLike;
    readonly age: number;
    readonly smile: number;
    readonly glasses: string;
    readonly exposure: { readonly exposureLevel: string; readonly value: number };
    readonly blur: { readonly blurLevel: string };
    readonly noise: { readonly noiseLevel: string };
    readonly facialHair: {
      readonly moustache: number;
      readonly beard: number;
      readonly sideburns: number;
    };
    readonly accessories: readonly { readonly type: string; readonly confidence: number }[];
    readonly occlusion: Readonly<
      Record<"foreheadOccluded" | "eyeOccluded" | "mouthOccluded", boolean>
    >;
    readonly hair: {
      readonly bald: number;
      readonly invisible: boolean;
      readonly hairColor: readonly { readonly color: string; readonly confidence: number }[];
    };
  };
}

export async function readServiceAnswers(): Promise<ServiceAnswer[]> {
  const text = await readFile(join(dataFolder, "service-answers/answers.jsonl"), "utf8");
  return text
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as ServiceAnswer);
}

/** Where the pipeline finds the face that the service answered; `undefined` where it does not. */
export async function portraitFace(
  sessions: Sessions,
  { file, faceRectangle }: ServiceAnswer,
): Promise<{ readonly picture: RgbPicture; readonly face: ScoredBox } | undefined> {
  const path = join(dataFolder, "service-answers", file);
  const { picture } = await decodePicture(await readFile(path));
  const boxes = await detectFaces(sessions, picture, "detection_03");
  const face = sameFace(boxes, boxOf(faceRectangle), 0.3);
  return face === undefined ? undefined : { picture, face };
}

async function againstService(sessions: Sessions): Promise<PoseErrors> {
  const answers = (await readServiceAnswers()).filter(
    ({ file, drawnMask }) => drawnMask === null && heldOut(file),
  );
  const pairs: { answer: PoseLike; truth: PoseLike }[] = [];
  const report = progress("head pose", answers.length);
  for (const portrait of answers) {
    report();
    const found = await portraitFace(sessions, portrait);
    if (found === undefined) continue;
    const landmarks = await locateLandmarks(sessions, found.picture, [found.face]);
    const [answer] = await estimateHeadPoses(sessions, found.picture, landmarks);
    pairs.push({ answer: answer!, truth: portrait.faceAttributes.headPose });
  }
  return errors(pairs);
}
