/** Looking for faces: where which networks look, and what becomes of their boxes. */
import { overlap, type ScoredBox } from "@mien/vision/boxes";
import { decodePicture } from "@mien/vision/decode";
import { detectionModels } from "@mien/vision/detection-models";
import { candidatesOf } from "@mien/vision/candidates";
import { proposeByMtcnn } from "@mien/vision/mtcnn-proposals";
import { PictureSizes } from "@mien/vision/picture-sizes";
import { copyTile, tileCorners } from "@mien/vision/picture-tiles";
import { resizedPicture } from "@mien/vision/resized-picture";
import type { RgbPicture } from "@mien/vision/rgb-picture";
import { batches, Sessions } from "@mien/vision/sessions";
import { movedTo, suppress, vote } from "@mien/vision/suppression";
import type { Change } from "./change.js";
import { noise } from "./noise.js";
import { photographs } from "./pictures.js";

/** UltraFace's boxes in a photograph, where MTCNN looks. */
async function hintsIn(sessions: Sessions, picture: RgbPicture): Promise<readonly ScoredBox[]> {
  const found = await candidatesOf(
    sessions,
    new PictureSizes(picture),
    detectionModels.detection_03,
  );
  return found.filter(({ proposer }) => proposer === "ultra").map(({ proposed }) => proposed);
}

/** A box of every size at every step: nothing is left out. */
function everywhere({ width, height }: RgbPicture): ScoredBox[] {
  const boxes: ScoredBox[] = [];
  for (let side = 12; side < Math.max(width, height); side *= 1.4)
    for (let top = 0; top < height; top += 24)
      for (let left = 0; left < width; left += 24)
        boxes.push({ left, top, right: left + side, bottom: top + side, score: 1 });
  return boxes;
}

/** So many boxes around each of so many faces of a picture of 1920x1080. */
function crowded(faceCount: number, each: number): ScoredBox[] {
  const jitter = noise(faceCount * each * 4);
  return Array.from({ length: faceCount * each }, (_, index) => {
    const [x, y, wide, score] = jitter.subarray(index * 4);
    const at = Math.floor(index / each);
    const left = (at % 12) * 160 + 40 + 12 * x!;
    const top = Math.floor(at / 12) * 120 + 20 + 12 * y!;
    const side = 60 * (1 + 0.3 * wide!);
    return { left, top, right: left + side, bottom: top + side, score: (1 + score!) / 2 };
  });
}

function suppressPlainly(boxes: readonly ScoredBox[], threshold: number): ScoredBox[] {
  const kept: ScoredBox[] = [];
  for (const box of [...boxes].sort((a, b) => b.score - a.score))
    if (!kept.some((other) => overlap(box, other) > threshold)) kept.push(box);
  return kept;
}

function votePlainly(
  kept: readonly ScoredBox[],
  all: readonly ScoredBox[],
  least: number,
): ScoredBox[] {
  return kept.map((box) =>
    movedTo(
      box,
      all.filter((other) => overlap(box, other) >= least),
    ),
  );
}

export const detectionChanges: readonly Change[] = [
  {
    change: "P-Net in tiles",
    before: "a picture of 768x512 at once",
    after: "its 150 tiles of 64x64, eight at a time",
    kept: true,
    async prepare() {
      const sessions = new Sessions();
      const { picture } = await decodePicture((await photographs())[0]!);
      const { data } = resizedPicture(picture, 768, 512);
      const corners = tileCorners({ width: 768, height: 512 }, 64, 10);
      const tile = 64 * 64 * 3;
      return {
        before: () => sessions.run("pnet", Uint8Array.from(data), [1, 512, 768, 3]),
        after: async () => {
          for (const [first, size] of batches(corners.length, 1, 8)) {
            const input = new Uint8Array(size * tile);
            for (let i = 0; i < size; i++)
              copyTile(
                { data, width: 768, height: 512 },
                corners[first + i]!,
                64,
                input.subarray(i * tile, (i + 1) * tile),
              );
            await sessions.run("pnet", input, [size, 64, 64, 3]);
          }
        },
      };
    },
  },
  {
    change: "MTCNN only where UltraFace holds faces for possible",
    before: "everywhere",
    after: "near UltraFace's boxes",
    kept: true,
    async prepare() {
      const sessions = new Sessions();
      const { picture } = await decodePicture((await photographs())[0]!);
      const all = everywhere(picture);
      const near = await hintsIn(sessions, picture);
      return {
        before: () => proposeByMtcnn(sessions, new PictureSizes(picture), 1024, all),
        after: () => proposeByMtcnn(sessions, new PictureSizes(picture), 1024, near),
      };
    },
  },
  {
    change: "MTCNN only where UltraFace and O-Net are in doubt",
    before: "near all of UltraFace's boxes, six photographs",
    after: "near those that O-Net does not rule out",
    kept: true,
    async prepare() {
      const sessions = new Sessions();
      const pictures: RgbPicture[] = [];
      for (const file of await photographs()) pictures.push((await decodePicture(file)).picture);
      const { detection_03: row } = detectionModels;
      const lookingAt = (leastImpression: number) => async (): Promise<void> => {
        const model = { ...row, mtcnn: { ...row.mtcnn!, leastImpression } };
        for (const picture of pictures)
          await candidatesOf(sessions, new PictureSizes(picture), model);
      };
      return { before: lookingAt(0), after: lookingAt(row.mtcnn!.leastImpression) };
    },
  },
  {
    change: "boxes compared with those that may overlap them",
    before: "7,600 boxes of a hundred faces suppressed, then vote: each with all",
    after: "with those whose left edges are near",
    kept: true,
    prepare() {
      const seen = crowded(100, 76);
      return Promise.resolve({
        before: () => Promise.resolve(votePlainly(suppressPlainly(seen, 0.5), seen, 0.5)),
        after: () => Promise.resolve(vote(suppress(seen, 0.5), seen, 0.5)),
      });
    },
  },
];
