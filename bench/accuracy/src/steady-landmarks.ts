/**
 * Whether landmarks stay where they were when a mask is drawn over the face, the picture is cut close to it, or turned. The
 * truth is what is found of the face as it is: of LFW's subjects, of people and with pictures of masks that nothing was fitted to.
 */
import { readFile } from "node:fs/promises";
import { decodePicture } from "@mien/vision/decode";
import { detectFaces } from "@mien/vision/detector";
import { landmarkExtent } from "@mien/vision/face-geometry";
import { disagreement } from "@mien/vision/landmark-passes";
import { locateLandmarks } from "@mien/vision/locate-landmarks";
import type { RgbPicture } from "@mien/vision/rgb-picture";
import { Sessions } from "@mien/vision/sessions";
import { turned } from "@mien/vision/turned-picture";
import { halfOf, lfwPath, personOf, picturesOf, readPairs } from "./lfw-data.js";
import { maskDrawer } from "./masked-faces.js";
import { progress } from "./progress.js";
import { fromSharp, toSharp } from "./raw-pictures.js";
import { mean, seededRandom, share, type Share } from "./statistics.js";
import { middlemost, sameFace } from "./subject.js";

export interface SteadyLandmarks {
  readonly change: string;
  readonly faces: number;
  readonly notFound: number;
  /** Mean distance of the inner points, percent of the landmarks' height. */
  readonly moved: number;
  /** Faces whose points are a tenth of that height away or more. */
  readonly lost: Share;
}

const mostFaces = 200;
const lostFrom = 0.1;

/** A picture after a change, and where what was at (x, y) is now. */
interface Changed {
  readonly picture: RgbPicture;
  readonly at: (x: number, y: number) => readonly [number, number];
}

const still: Changed["at"] = (x, y) => [x, y];

function upsideDown(picture: RgbPicture): Changed {
  const { width, height } = picture;
  return { picture: turned(picture, 2), at: (x, y) => [width - 1 - x, height - 1 - y] };
}

function onItsSide(picture: RgbPicture): Changed {
  return { picture: turned(picture, 1), at: (x, y) => [picture.height - 1 - y, x] };
}

export async function measureSteadyLandmarks(): Promise<SteadyLandmarks[]> {
  const sessions = new Sessions();
  const random = seededRandom(31);
  const draw = await maskDrawer((index) => index % 2 === 1);
  const all = picturesOf(await readPairs()).filter((file) => halfOf(personOf(file)) === 1);
  const step = Math.max(1, Math.floor(all.length / mostFaces));
  const files = all.filter((_, index) => index % step === 0).slice(0, mostFaces);
  const moved = new Map<string, (number | undefined)[]>();
  const report = progress("landmarks of changed pictures", files.length);
  for (const file of files) {
    report();
    const { picture } = await decodePicture(await readFile(lfwPath(file)));
    const face = middlemost(await detectFaces(sessions, picture, "detection_03"), picture);
    if (face === undefined) continue;
    const [known] = (await locateLandmarks(sessions, picture, [face])) as [Float32Array];
    const masked = await draw(picture, file);
    const { left, top, right, bottom } = face;
    // Up to a quarter of the box beside it, so that the border cuts hair and chin.
    const margin = (): number => (random() / 4) * (bottom - top);
    const cut = {
      left: Math.max(0, Math.round(left - margin())),
      top: Math.max(0, Math.round(top - margin())),
    };
    const close: Changed = {
      picture: await fromSharp(
        toSharp(masked).extract({
          ...cut,
          width: Math.min(picture.width, Math.round(right + margin())) - cut.left,
          height: Math.min(picture.height, Math.round(bottom + margin())) - cut.top,
        }),
      ),
      at: (x, y) => [x - cut.left, y - cut.top],
    };
    const changes: Readonly<Record<string, Changed>> = {
      masked: { picture: masked, at: still },
      "masked, cut close to the face": close,
      "on its side": onItsSide(picture),
      "upside down": upsideDown(picture),
      "masked, upside down": upsideDown(masked),
    };
    const { height } = landmarkExtent(known, 0);
    for (const [name, { picture: changed, at }] of Object.entries(changes)) {
      const truth = known.map((_, index) => {
        const point = index - (index % 2);
        return at(known[point]!, known[point + 1]!)[index % 2 === 0 ? 0 : 1];
      });
      const corners = [at(left, top), at(right, bottom)] as const;
      const box = {
        left: Math.min(corners[0][0], corners[1][0]),
        right: Math.max(corners[0][0], corners[1][0]),
        top: Math.min(corners[0][1], corners[1][1]),
        bottom: Math.max(corners[0][1], corners[1][1]),
      };
      const found = sameFace(await detectFaces(sessions, changed, "detection_03"), box, 0.4);
      const [own] = found === undefined ? [] : await locateLandmarks(sessions, changed, [found]);
      const list = moved.get(name) ?? [];
      list.push(own && disagreement(own, truth) / height);
      moved.set(name, list);
    }
  }
  return [...moved].map(([change, distances]) => {
    const found = distances.filter((distance) => distance !== undefined);
    return {
      change,
      faces: found.length,
      notFound: distances.length - found.length,
      moved: 100 * mean(found),
      lost: share(found.filter((distance) => distance >= lostFrom).length, found.length),
    };
  });
}
