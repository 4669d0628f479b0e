/** Pictures to measure with: photographs that come with a package, and scenes composed of their faces. */
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import type { AnalysisRequest } from "@mien/vision/analysis";
import { decodePicture } from "@mien/vision/decode";
import { analyzePicture } from "@mien/vision/pipeline";
import { Sessions } from "@mien/vision/sessions";
import sharp from "sharp";

/** The six photographs of three to five faces, 1920 pixels wide, that face-api comes with. */
export async function photographs(): Promise<Buffer[]> {
  const require = createRequire(import.meta.url);
  const folder = dirname(require.resolve("@vladmandic/face-api/package.json"));
  return Promise.all(
    [1, 2, 3, 4, 5, 6].map((number) => readFile(join(folder, `demo/sample${number}.jpg`))),
  );
}

export const sceneSizes = {
  "640x480": { width: 640, height: 480 },
  "1920x1080": { width: 1920, height: 1080 },
  "4000x3000": { width: 4000, height: 3000 },
} as const;
export type SceneSize = keyof typeof sceneSizes;
export const faceCounts = [0, 1, 5, 20, 100] as const;

const everything: AnalysisRequest = {
  detectionModel: "detection_03",
  landmarks: false,
  attributes: [],
  maximumFaces: 100,
};

let portraits: Promise<Buffer[]> | undefined;

/** Square cut-outs of the photographs' faces, with hair and shoulders. */
function cutOuts(): Promise<Buffer[]> {
  portraits ??= (async () => {
    const sessions = new Sessions();
    const cuts: Buffer[] = [];
    for (const file of await photographs()) {
      const { faces, width, height } = await analyzePicture(
        sessions,
        file,
        everything,
        decodePicture,
      );
      for (const { rectangle } of faces) {
        const side = Math.round(Math.max(rectangle.width, rectangle.height) * 1.6);
        const left = Math.round(rectangle.left + rectangle.width / 2 - side / 2);
        const top = Math.round(rectangle.top + rectangle.height / 2 - side / 2);
        if (left < 0 || top < 0 || left + side > width || top + side > height) continue;
        cuts.push(await sharp(file).extract({ left, top, width: side, height: side }).toBuffer());
      }
    }
    return cuts;
  })();
  return portraits;
}

/** A JPEG of a size with a number of faces in a grid on grey cloth. */
export async function scene(size: SceneSize, faces: number): Promise<Buffer> {
  const { width, height } = sceneSizes[size];
  const ground = sharp({
    create: {
      width,
      height,
      channels: 3,
      background: "#808890",
      noise: { type: "gaussian", mean: 128, sigma: 6 },
    },
  });
  const columns = Math.ceil(Math.sqrt((faces * width) / height));
  const rows = Math.ceil(faces / Math.max(1, columns));
  // A face in a crowd is small, one alone does not fill the picture.
  const cell = Math.floor(Math.min(width / columns, height / rows, height / 2));
  const cuts = faces === 0 ? [] : await cutOuts();
  const composed = await ground
    .composite(
      await Promise.all(
        Array.from({ length: faces }, async (_, index) => ({
          input: await sharp(cuts[index % cuts.length])
            .resize(cell, cell)
            .toBuffer(),
          left: Math.floor(((index % columns) + 0.5) * (width / columns) - cell / 2),
          top: Math.floor((Math.floor(index / columns) + 0.5) * (height / rows) - cell / 2),
        })),
      ),
    )
    .png()
    .toBuffer();
  return sharp(composed).jpeg({ quality: 90 }).toBuffer();
}
