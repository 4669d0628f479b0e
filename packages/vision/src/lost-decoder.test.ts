/** A picture on which the decoder hangs costs its own request and no other. */
import sharp from "sharp";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { FaceAnalyzer } from "@mien/vision/analysis";
import { decodePicture } from "./decode.js";
import { createFaceAnalyzer } from "@mien/vision/face-analyzer";

let analyzer: FaceAnalyzer;
let endless: Buffer;
const request = {
  detectionModel: "detection_03",
  landmarks: false,
  attributes: [],
  maximumFaces: 100,
} as const;

beforeAll(async () => {
  // As many pixels as are allowed, in seven passes that must all be kept: seconds for some megabytes.
  endless = await sharp(Buffer.from(Array.from({ length: 30_000 }, (_, at) => (at * 7919) % 251)), {
    raw: { width: 100, height: 100, channels: 3 },
  })
    .resize(7900, 7900, { kernel: "nearest" })
    .png({ progressive: true, compressionLevel: 1 })
    .toBuffer();
  const started = performance.now();
  await decodePicture(endless);
  analyzer = createFaceAnalyzer({ workers: 1, timeLimit: (performance.now() - started) / 2 });
  await analyzer.ready();
});
afterAll(() => analyzer.close());

it("is refused in time, and those who waited behind it are answered", async () => {
  const small = await sharp({ create: { width: 64, height: 48, channels: 3, background: "#888" } })
    .png()
    .toBuffer();
  const lost = analyzer.analyze(Uint8Array.from(endless), request);
  const behind = [1, 2, 3].map(() => analyzer.analyze(Uint8Array.from(small), request));
  await expect(lost).rejects.toMatchObject({ fault: "decoderFailed" });
  for (const { width, height, faces } of await Promise.all(behind))
    expect({ width, height, faces }).toEqual({ width: 64, height: 48, faces: [] });
});
