/** The 27 landmarks of the contract out of the 68 of iBUG, the face mesh and the irises. */
import { middleOf } from "./affine.js";
import type { Point } from "./analysis.js";
import { meanPoint } from "./landmarks68.js";
import { type Mesh, meshPoint } from "./mesh-landmarks.js";

/** One landmark in both models: iBUG points (their mean) and the mesh's point at the same place of the face. */
interface Counterpart {
  readonly ibug: readonly number[];
  readonly mesh: number;
}

/**
 * Points that both models know. Two models err in different directions, so their mean errs less than either; what both
 * err in, `landmark-correction.ts` knows. The order is that of its network.
 */
const shared: Readonly<Record<string, Counterpart>> = {
  noseTip: { ibug: [30], mesh: 4 },
  mouthLeft: { ibug: [48], mesh: 61 },
  mouthRight: { ibug: [54], mesh: 291 },
  eyebrowLeftOuter: { ibug: [17], mesh: 70 },
  eyebrowLeftInner: { ibug: [21], mesh: 107 },
  eyeLeftOuter: { ibug: [36], mesh: 33 },
  eyeLeftTop: { ibug: [37, 38], mesh: 159 },
  eyeLeftBottom: { ibug: [40, 41], mesh: 145 },
  eyeLeftInner: { ibug: [39], mesh: 133 },
  eyebrowRightInner: { ibug: [22], mesh: 336 },
  eyebrowRightOuter: { ibug: [26], mesh: 300 },
  eyeRightInner: { ibug: [42], mesh: 362 },
  eyeRightTop: { ibug: [43, 44], mesh: 386 },
  eyeRightBottom: { ibug: [46, 47], mesh: 374 },
  eyeRightOuter: { ibug: [45], mesh: 263 },
  upperLipTop: { ibug: [51], mesh: 0 },
  upperLipBottom: { ibug: [62], mesh: 13 },
  underLipTop: { ibug: [66], mesh: 14 },
  underLipBottom: { ibug: [57], mesh: 17 },
};

/** Points that only the mesh has: the flanks of the nasal root and the nostril wings. */
const meshOnly: Readonly<Record<string, number>> = {
  noseRootLeft: 245,
  noseRootRight: 465,
  noseLeftAlarTop: 198,
  noseRightAlarTop: 420,
  noseLeftAlarOutTip: 102,
  noseRightAlarOutTip: 331,
};

/** Names of the landmarks that are corrected, in the order of the correcting network. */
export const correctedNames: readonly string[] = Object.keys(shared);

/** The iBUG points whose mean is a landmark of the contract; undefined where iBUG has no such point. */
export function iBugOf(name: string): readonly number[] | undefined {
  return shared[name]?.ibug;
}

/** The mesh's point that is a landmark of the contract. */
export function meshOf(name: string): number | undefined {
  return shared[name]?.mesh ?? meshOnly[name];
}

/** An iris further from the middle of its eye than this share of the eye's width was not seen. */
const farthestPupil = 0.6;

/**
 * @param pupils the irises' centres, image left then right; all coordinates are those of the picture.
 * @param shifts what is added to each of {@link correctedNames}, picture pixels.
 */
export function landmarks27(
  landmarks68: Float32Array,
  mesh: Mesh,
  pupils: readonly [Point, Point],
  shifts: readonly Point[],
): Record<string, Point> {
  const points: Record<string, Point> = {};
  for (const [at, [name, { ibug, mesh: index }]] of Object.entries(shared).entries()) {
    const a = meanPoint(landmarks68, ibug);
    const b = meshPoint(mesh, index);
    const shift = shifts[at]!;
    points[name] = { x: (a.x + b.x) / 2 + shift.x, y: (a.y + b.y) / 2 + shift.y };
  }
  partLips(points);
  for (const [name, index] of Object.entries(meshOnly)) points[name] = meshPoint(mesh, index);
  points["pupilLeft"] = pupil(pupils[0], points["eyeLeftOuter"]!, points["eyeLeftInner"]!);
  points["pupilRight"] = pupil(pupils[1], points["eyeRightInner"]!, points["eyeRightOuter"]!);
  return points;
}

/** Lips that the shifts have moved through each other meet halfway: down the face, from the eyes to the mouth. */
function partLips(points: Record<string, Point>): void {
  const upper = points["upperLipBottom"]!;
  const under = points["underLipTop"]!;
  const eyes = middleOf([points["eyeLeftOuter"]!, points["eyeRightOuter"]!]);
  const mouth = middleOf([points["mouthLeft"]!, points["mouthRight"]!]);
  const opening =
    (under.x - upper.x) * (mouth.x - eyes.x) + (under.y - upper.y) * (mouth.y - eyes.y);
  if (opening >= 0) return;
  points["upperLipBottom"] = middleOf([upper, under]);
  points["underLipTop"] = middleOf([upper, under]);
}

/** The iris, or the middle of the eye where no iris lies between its corners: closed or hidden eyes. */
function pupil(iris: Point, left: Point, right: Point): Point {
  const middle = middleOf([left, right]);
  const width = Math.hypot(right.x - left.x, right.y - left.y);
  const distance = Math.hypot(iris.x - middle.x, iris.y - middle.y);
  return distance <= farthestPupil * width ? iris : middle;
}
