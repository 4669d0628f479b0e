/**
 * Where the first look finds nothing: the picture with a wide margin, for faces that fill it, then the picture on its
 * sides and on its head. More looks make more mistakes, so what they find must look like a face to the mesh too, or be
 * a masked face that fills the picture.
 */
import { partShared, type ScoredBox } from "./boxes.js";
import { logitOf } from "./log-odds.js";
import { seenMasks } from "./mask-witness.js";
import { waysUp } from "./mesh-confirmation.js";
import type { PictureSizes } from "./picture-sizes.js";
import type { RgbPicture } from "./rgb-picture.js";
import type { Sessions } from "./sessions.js";
import { padded, type QuarterTurns, turned, turnedBack } from "./turned-picture.js";

/** Quarter turns clockwise that a picture without EXIF may need. */
const quarters = [1, 3, 2] as const;
/** Faces that are asked how the picture lies. */
const mostWitnesses = 4;
/** Faces seen askew seldom score higher. */
const askewScore = 0.97;
/** Boxes that the mesh looks at, best first. Exported for `training`. */
export const mostConfirmed = 16;

/**
 * Of a masked face that fills its picture the detectors see a forehead: their score from which the networks that know
 * masks and faces are asked, and the part of the picture's shorter side that such a face must have
 * (`training/detection/masked.js`). Exported for `training`.
 */
export const masked = { leastScore: 0.002, leastPart: 0.65 };

/** Long side, pixels, of what glances see: UltraFace looks no closer, nor does it have to at faces that fill the picture. Exported for `training`. */
export const glanceSide = 640;

/** Ways to look for faces of at least a score in a picture, best score first. */
export interface Looks {
  /** Score from which what they find counts, where the mesh sees a face too. */
  readonly threshold: number;
  /** Cheap: enough to tell whether there are any. */
  readonly glance: Look;
  readonly look: Look;
}

type Look = (picture: RgbPicture, leastScore: number) => Promise<ScoredBox[]>;

/** What a glance at one view says. */
interface Sighting {
  /** Of the surest face. */
  readonly score: number;
  /** Faces that are upright in the view. */
  readonly upright: readonly ScoredBox[];
  /** All faces of the view, seen closer. */
  readonly faces: () => Promise<ScoredBox[]>;
}

/**
 * The faces of the view that is surest of one, and those elsewhere that another view is sure of: in a collage they may lie
 * on different sides.
 */
export async function lookAgain(
  sessions: Sessions,
  sizes: PictureSizes,
  looks: Looks,
): Promise<ScoredBox[]> {
  const sightings: Sighting[] = [];
  for (const view of [
    () => withMargin(sizes),
    ...quarters.map((turns) => () => laid(sizes, turns)),
  ])
    sightings.push(await glanceAt(sessions, view(), looks));
  const [best, ...others] = sightings
    .filter(({ score }) => score > 0)
    .sort((a, b) => b.score - a.score);
  const faces = (await best?.faces()) ?? [];
  const isAnother = (box: ScoredBox): boolean =>
    box.score >= askewScore && faces.every((face) => partShared(face, box) <= sharedPart);
  for (const { upright, faces: seenCloser } of others)
    if (upright.some(isAnother)) faces.push(...(await seenCloser()).filter(isAnother));
  return faces.sort((a, b) => b.score - a.score);
}

async function glanceAt(
  sessions: Sessions,
  { picture: view, back, fillsFrom, whole }: SmallView,
  { threshold, glance, look }: Looks,
): Promise<Sighting> {
  const boxes = await glance(view, fillsFrom === undefined ? threshold : masked.leastScore);
  const likely = boxes.filter(({ score }) => score >= threshold).slice(0, mostConfirmed);
  const ways = await waysUp(sessions, view, likely);
  const face = likely.find((_, index) => ways[index] !== undefined);
  const masks = async (): Promise<ScoredBox[]> =>
    fillsFrom === undefined ? [] : maskedAndLarge(sessions, view, boxes, fillsFrom);
  const [mask] = face === undefined ? await masks() : [];
  return {
    score: face?.score ?? mask?.score ?? 0,
    upright: likely.filter((_, index) => ways[index] === 0).map(back),
    async faces() {
      if (mask !== undefined) return [back(mask)];
      const seenCloser = await facesOf(sessions, whole(), look, threshold);
      // Where the closer look places a masked face, the mesh may see none.
      return seenCloser.length > 0 ? seenCloser : (await masks()).map(back);
    },
  };
}

/**
 * A picture that lies on its side shows detectors some of its faces; the others only when it is laid upright.
 * @param witnesses faces found that tell how the picture lies, the largest first.
 * @param found all of them.
 */
export async function lookUpright(
  sessions: Sessions,
  picture: RgbPicture,
  { threshold, look }: Looks,
  witnesses: readonly ScoredBox[],
  found: ScoredBox[],
): Promise<ScoredBox[]> {
  const ways = await waysUp(sessions, picture, witnesses.slice(0, mostWitnesses));
  // One that lies is enough: the mesh takes faces that lie for upright ones sometimes, the reverse hardly ever.
  const lying = new Set(ways.filter((way) => way !== undefined && way !== 0));
  let best = found;
  for (const lies of lying) {
    const view = laidWhole(picture, (4 - lies) as QuarterTurns);
    const upright = await facesOf(sessions, view, look, threshold);
    if (evidence(upright) > evidence(best)) best = upright;
  }
  if (best === found) return found;
  // In a collage, or where one of a group lies down, others stand upright already.
  const boxes = found.slice(0, mostConfirmed);
  const standing = await waysUp(sessions, picture, boxes);
  return together(
    best,
    boxes.filter((_, index) => standing[index] === 0),
  );
}

/** Boxes of one face from two views share more than this part of the smaller one: they fit a face that lies badly. */
const sharedPart = 0.5;

/** The faces of two views, best score first; of a face that both show, the surer box. */
function together(one: readonly ScoredBox[], other: readonly ScoredBox[]): ScoredBox[] {
  const isSurer = (box: ScoredBox, others: readonly ScoredBox[]): boolean =>
    others.every((rival) => rival.score < box.score || partShared(rival, box) <= sharedPart);
  return [
    ...one.filter((box) => isSurer(box, other)),
    ...other.filter((box) => isSurer(box, one)),
  ].sort((a, b) => b.score - a.score);
}

/** Log odds that all boxes are faces: one that is sure counts more than two that may be. */
function evidence(boxes: readonly ScoredBox[]): number {
  return boxes.reduce((sum, { score }) => sum + logitOf(score), 0);
}

async function facesOf(
  sessions: Sessions,
  { picture, back }: View,
  look: Look,
  threshold: number,
): Promise<ScoredBox[]> {
  return (await confirmed(sessions, picture, await look(picture, threshold))).map(back);
}

/** The box in a picture that is so many times as large. */
function scaledBox(box: ScoredBox, scale: number): ScoredBox {
  return {
    ...box,
    left: box.left * scale,
    right: box.right * scale,
    top: box.top * scale,
    bottom: box.bottom * scale,
  };
}

interface View {
  readonly picture: RgbPicture;
  /** A box of the view in pixels of the picture as it came. */
  readonly back: (box: ScoredBox) => ScoredBox;
}

/** A view at a size that glances need. */
interface SmallView extends View {
  /** Where the view is for faces that fill the picture: from this height they do. */
  readonly fillsFrom?: number;
  /** As large as what it shows needs. */
  readonly whole: () => View;
}

function withMargin(sizes: PictureSizes): SmallView {
  const small = sizes.within(glanceSide);
  const scale = sizes.original.width / small.width;
  const { picture, left, top } = padded(small);
  const view = {
    picture,
    fillsFrom: masked.leastPart * Math.min(small.width, small.height),
    back: (box: ScoredBox) =>
      scaledBox(
        {
          ...box,
          left: box.left - left,
          right: box.right - left,
          top: box.top - top,
          bottom: box.bottom - top,
        },
        scale,
      ),
  };
  return { ...view, whole: () => view };
}

/** The picture turned clockwise. */
function laid(sizes: PictureSizes, turns: QuarterTurns): SmallView {
  const small = sizes.within(glanceSide);
  const scale = sizes.original.width / small.width;
  return {
    picture: turned(small, turns),
    back: (box) => scaledBox(turnedBack(box, turns, small), scale),
    whole: () => laidWhole(sizes.original, turns),
  };
}

function laidWhole(picture: RgbPicture, turns: QuarterTurns): View {
  return {
    picture: turned(picture, turns),
    back: (box) => turnedBack(box, turns, picture),
  };
}

/** What the mesh sees too, of the best boxes. */
async function confirmed(
  sessions: Sessions,
  picture: RgbPicture,
  found: readonly ScoredBox[],
): Promise<ScoredBox[]> {
  const boxes = found.slice(0, mostConfirmed);
  const ways = await waysUp(sessions, picture, boxes);
  return boxes.filter((_, index) => ways[index] !== undefined);
}

/** The masked face that fills the picture, scored by how sure of its mask the network is. */
async function maskedAndLarge(
  sessions: Sessions,
  view: RgbPicture,
  found: readonly ScoredBox[],
  fillsFrom: number,
): Promise<ScoredBox[]> {
  const large = found
    .filter(({ top, bottom }) => bottom - top >= fillsFrom)
    .slice(0, mostConfirmed);
  const shares = await seenMasks(sessions, view, large);
  return large
    .map((box, index) => ({ ...box, score: shares[index]! }))
    .filter(({ score }) => score > 0)
    .sort((a, b) => b.score - a.score)
    .slice(0, 1);
}
