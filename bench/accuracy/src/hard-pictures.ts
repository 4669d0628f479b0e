/** Pictures that detectors trip over: tiny faces, close-ups, cut faces, pictures on their side, no face at all. */
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { DetectionModelId } from "@mien/vision/analysis";
import { overlap, type ScoredBox } from "@mien/vision/boxes";
import { decodePicture } from "@mien/vision/decode";
import { detectFaces } from "@mien/vision/detector";
import type { RgbPicture } from "@mien/vision/rgb-picture";
import { Sessions } from "@mien/vision/sessions";
import sharp from "sharp";
import { dataFolder } from "./data-folder.js";
import { heldOut } from "./face-geometry.js";
import { facelessSquare, type PictureArea } from "./faceless-square.js";
import { progress } from "./progress.js";
import { fromSharp, toSharp } from "./raw-pictures.js";
import { seededRandom, type Share, share } from "./statistics.js";
import { boxOf } from "./subject.js";
import { readWiderTruth } from "./wider.js";

export interface HardPicturesReport {
  readonly detectionModel: DetectionModelId;
  readonly found: Readonly<Record<string, Share>>;
  readonly pictures: Readonly<Record<string, number>>;
}

interface Trial {
  readonly kind: string;
  readonly picture: RgbPicture;
  /** Absent: no face must be found. */
  readonly face?: ScoredBox;
}

function region(
  picture: RgbPicture,
  area: PictureArea,
  size?: { width: number; height: number },
): Promise<RgbPicture> {
  const part = toSharp(picture).extract(area);
  return fromSharp(size === undefined ? part : part.resize({ ...size, fit: "fill" }));
}

/** Clear faces of WIDER's validation half, each shrunk or enlarged to 36 pixels in a picture of 1920x1080. */
async function* tinyFaces(): AsyncGenerator<Trial> {
  const truth = await readWiderTruth();
  for (const file of Object.keys(truth)
    .filter((name) => name.startsWith("val/"))
    .sort()) {
    const clear = truth[file]!.filter(
      (face) =>
        !face.invalid &&
        face.blur === 0 &&
        face.occlusion === 0 &&
        face.pose === 0 &&
        face.height >= 36,
    ).slice(0, 3);
    if (clear.length === 0) continue;
    const { picture } = await decodePicture(await readFile(join(dataFolder, "wider", file)));
    for (const face of clear) {
      const factor = 36 / face.height;
      const size = {
        width: Math.round(picture.width * factor),
        height: Math.round(picture.height * factor),
      };
      const small = await region(
        picture,
        { left: 0, top: 0, width: picture.width, height: picture.height },
        size,
      );
      const shown = await onCanvas(small, 1920, 1080, {
        x: (face.left + face.width / 2) * factor,
        y: (face.top + face.height / 2) * factor,
      });
      const { left, top, right, bottom } = boxOf(face);
      yield {
        kind: "36 px in 1920x1080",
        picture: shown.picture,
        face: {
          left: left * factor + shown.left,
          right: right * factor + shown.left,
          top: top * factor + shown.top,
          bottom: bottom * factor + shown.top,
          score: 1,
        },
      };
    }
  }
}

/** The picture on a grey canvas, the point in its middle as far as the picture reaches. */
async function onCanvas(
  picture: RgbPicture,
  width: number,
  height: number,
  middle: { x: number; y: number },
): Promise<{ picture: RgbPicture; left: number; top: number }> {
  const left = Math.round(width / 2 - middle.x);
  const top = Math.round(height / 2 - middle.y);
  const x = Math.max(0, -left);
  const y = Math.max(0, -top);
  const part = await region(picture, {
    left: x,
    top: y,
    width: Math.min(picture.width - x, width - Math.max(0, left)),
    height: Math.min(picture.height - y, height - Math.max(0, top)),
  });
  const data = await sharp({ create: { width, height, channels: 3, background: "#777777" } })
    .composite([
      {
        input: Buffer.from(part.data.buffer, part.data.byteOffset, part.data.byteLength),
        raw: { width: part.width, height: part.height, channels: 3 },
        left: Math.max(0, left),
        top: Math.max(0, top),
      },
    ])
    .removeAlpha()
    .raw()
    .toBuffer();
  return { picture: { data, width, height }, left, top };
}

const fills = [0.4, 0.6, 0.8, 0.95];

/** Portraits cut so close that the face fills a share of the height, or that a border cuts it. */
async function* portraits(): AsyncGenerator<Trial> {
  const sessions = new Sessions();
  const folder = join(dataFolder, "service-answers/plain");
  const files = (await readdir(folder))
    .sort()
    .filter((file) => heldOut(`plain/${file}`))
    .filter((_, index) => index % 8 === 0);
  for (const file of files) {
    const { picture } = await decodePicture(await readFile(join(folder, file)));
    const [face] = (await detectFaces(sessions, picture, "detection_03")).sort(
      (a, b) => b.bottom - b.top - (a.bottom - a.top),
    );
    if (face === undefined) continue;
    const height = face.bottom - face.top;
    for (const fill of fills) {
      const side = height / fill;
      const left = Math.max(0, Math.round((face.left + face.right - side) / 2));
      const top = Math.max(0, Math.round((face.top + face.bottom - side) / 2));
      const area = {
        left,
        top,
        width: Math.min(picture.width - left, Math.round(side)),
        height: Math.min(picture.height - top, Math.round(side)),
      };
      const scale = 900 / area.height;
      const size = { width: Math.round(area.width * scale), height: 900 };
      yield {
        kind: `face fills ${fill * 100} %`,
        picture: await region(picture, area, size),
        face: moved(face, -left, -top, scale),
      };
    }
    for (const [kind, left, top] of [
      ["left quarter cut off", face.left + (face.right - face.left) / 4, 0],
      ["upper quarter cut off", 0, face.top + height / 4],
    ] as const) {
      const x = Math.max(0, Math.round(left));
      const y = Math.max(0, Math.round(top));
      const area = { left: x, top: y, width: picture.width - x, height: picture.height - y };
      const whole = moved(face, -x, -y, 1);
      yield {
        kind,
        picture: await region(picture, area),
        face: { ...whole, left: Math.max(0, whole.left), top: Math.max(0, whole.top) },
      };
    }
    for (const turn of [90, 180, 270]) {
      const { width, height } = picture;
      const corners = ([x, y]: readonly [number, number]): [number, number] =>
        turn === 90 ? [height - y, x] : turn === 180 ? [width - x, height - y] : [y, width - x];
      const [x0, y0] = corners([face.left, face.top]);
      const [x1, y1] = corners([face.right, face.bottom]);
      yield {
        kind: `turned by ${turn}`,
        picture: await fromSharp(toSharp(picture).rotate(turn)),
        face: {
          left: Math.min(x0, x1),
          right: Math.max(x0, x1),
          top: Math.min(y0, y1),
          bottom: Math.max(y0, y1),
          score: 1,
        },
      };
    }
  }
}

function moved(box: ScoredBox, x: number, y: number, scale: number): ScoredBox {
  return {
    left: (box.left + x) * scale,
    right: (box.right + x) * scale,
    top: (box.top + y) * scale,
    bottom: (box.bottom + y) * scale,
    score: box.score,
  };
}

/** Nobody marked the two passport photographs that the chosen part of this picture shows. */
const notFaceless = "train/13_Interview_Interview_Sequences_13_332.jpg";

const facelessKinds = [
  { half: "train/", kind: "faceless, training half", most: 1, attempts: 12 },
  { half: "val/", kind: "faceless, validation half", most: 5, attempts: 60 },
];

/**
 * Parts of WIDER's photographs that no marked face comes near: everything else a camera sees. The validation half has fewer
 * photographs and gives more parts of each.
 */
async function* faceless(): AsyncGenerator<Trial> {
  const truth = await readWiderTruth();
  const random = seededRandom(11);
  for (const file of Object.keys(truth).sort()) {
    if (file === notFaceless) continue;
    const { kind, most, attempts } = facelessKinds.find(({ half }) => file.startsWith(half))!;
    const marked = truth[file]!.map(boxOf);
    const { picture } = await decodePicture(await readFile(join(dataFolder, "wider", file)));
    let found = 0;
    for (let attempt = 0; attempt < attempts && found < most; attempt++) {
      const square = facelessSquare(picture, marked, random);
      if (square === undefined) continue;
      found++;
      yield { kind, picture: await region(picture, square) };
    }
  }
}

export async function measureHardPictures(
  detectionModel: DetectionModelId,
): Promise<HardPicturesReport> {
  const sessions = new Sessions();
  const right: Record<string, number> = {};
  const all: Record<string, number> = {};
  const report = progress(`hard pictures ${detectionModel}`, 1360);
  for (const source of [tinyFaces(), portraits(), faceless()])
    for await (const { kind, picture, face } of source) {
      const found = await detectFaces(sessions, picture, detectionModel);
      const ok =
        face === undefined ? found.length === 0 : found.some((box) => overlap(box, face) >= 0.5);
      all[kind] = (all[kind] ?? 0) + 1;
      right[kind] = (right[kind] ?? 0) + (ok ? 1 : 0);
      report();
    }
  return {
    detectionModel,
    pictures: all,
    found: Object.fromEntries(
      Object.entries(all).map(([kind, count]) => [kind, share(right[kind]!, count)]),
    ),
  };
}
