import { mkdtempSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import sharp from "sharp";
import { afterAll, describe, expect, it } from "vitest";
import { exitCodes } from "./exit-codes.js";
import { describeFailure } from "./failure.js";
import { onFilePixels, readForUpload } from "./picture-upload.js";

const folder = mkdtempSync(join(tmpdir(), "upload-"));
afterAll(() => rmSync(folder, { recursive: true }));
const saved = (name: string, bytes: Buffer) => {
  writeFileSync(join(folder, name), bytes);
  return join(folder, name);
};
const noise = (width: number, height: number) =>
  sharp({
    create: {
      width,
      height,
      channels: 3,
      background: "red",
      noise: { type: "gaussian", mean: 128, sigma: 60 },
    },
  });

describe("readForUpload", () => {
  it("sends an accepted file byte for byte", async () => {
    const bytes = await noise(64, 48).jpeg().toBuffer();
    const upload = await readForUpload(saved("a.jpg", bytes));
    expect(Buffer.compare(upload.bytes, bytes)).toBe(0);
    expect(upload.scale).toBe(1);
  });

  it("sends a file that is too large as a smaller JPEG, upright", async () => {
    const bytes = await noise(5000, 2500)
      .withMetadata({ orientation: 6 })
      .jpeg({ quality: 100 })
      .toBuffer();
    expect(bytes.byteLength).toBeGreaterThan(6 * 1024 * 1024);
    const { bytes: sent, scale } = await readForUpload(saved("large.jpg", bytes));
    expect(sent.byteLength).toBeLessThanOrEqual(6 * 1024 * 1024);
    expect(await sharp(sent).metadata()).toMatchObject({ width: 2000, height: 4000 });
    expect(scale).toBeCloseTo(0.8, 6);
  });

  it("sends a small file of too many pixels as a smaller JPEG", async () => {
    const flat = { width: 9000, height: 8000, channels: 3, background: "red" } as const;
    const bytes = await sharp({ create: flat }).jpeg().toBuffer();
    const { bytes: sent, scale } = await readForUpload(saved("flat.jpg", bytes));
    expect(await sharp(sent).metadata()).toMatchObject({ width: 4000, height: 3556 });
    expect(scale).toBeCloseTo(4 / 9, 6);
  });

  it("shrinks until the JPEG is small enough", async () => {
    const bytes = await noise(4500, 4500).jpeg({ quality: 95 }).toBuffer();
    const { bytes: sent, scale } = await readForUpload(saved("noise.jpg", bytes));
    expect(sent.byteLength).toBeLessThanOrEqual(6 * 1024 * 1024);
    expect((await sharp(sent).metadata()).width).toBe(Math.round(4500 * scale));
  });

  it("sends other formats as JPEG", async () => {
    const { bytes, scale } = await readForUpload(
      saved("a.webp", await noise(64, 48).webp().toBuffer()),
    );
    expect(await sharp(bytes).metadata()).toMatchObject({ format: "jpeg", width: 64, height: 48 });
    expect(scale).toBe(1);
  });

  it("refuses a file that Node cannot read at once as a fault of the file", async () => {
    const huge = saved("huge.jpg", Buffer.of());
    truncateSync(huge, 2 ** 31);
    const failure: unknown = await readForUpload(huge).catch((error: unknown) => error);
    expect(describeFailure(failure)).toEqual({
      code: "failure",
      message: `${huge}: too large: a picture must be smaller than 2 GiB`,
      exitCode: exitCodes.refused,
    });
  });

  it("leaves the refusal of what is no picture to the service", async () => {
    const { bytes } = await readForUpload(saved("a.txt", Buffer.from("no picture")));
    expect(Buffer.from(bytes).toString()).toBe("no picture");
  });
});

it("onFilePixels puts rectangle and landmarks back onto the file", () => {
  const face = onFilePixels(
    {
      faceRectangle: { left: 10, top: 20, width: 30, height: 40 },
      faceLandmarks: { noseTip: { x: 12.3, y: 7 } } as never,
    },
    0.5,
  );
  expect(face.faceRectangle).toEqual({ left: 20, top: 40, width: 60, height: 80 });
  expect(face.faceLandmarks?.noseTip).toEqual({ x: 24.6, y: 14 });
});
