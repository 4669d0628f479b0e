import sharp from "sharp";
import { expect, it } from "vitest";
import { drawFaces } from "./drawing.js";

const grey = (width: number, height: number, orientation?: number) =>
  sharp({ create: { width, height, channels: 3, background: "#808080" } })
    .withMetadata(orientation === undefined ? {} : { orientation })
    .jpeg()
    .toBuffer();

async function isDrawn(picture: Buffer, x: number, y: number): Promise<boolean> {
  const { data, info } = await sharp(picture).raw().toBuffer({ resolveWithObject: true });
  const start = (y * info.width + x) * info.channels;
  return [0, 1, 2].some((channel) => Math.abs(data[start + channel]! - 128) > 40);
}

it("draws the rectangle and the axes, and leaves the rest alone", async () => {
  const drawn = await drawFaces(await grey(400, 300), [
    {
      faceRectangle: { left: 100, top: 80, width: 120, height: 140 },
      faceAttributes: { headPose: { pitch: 0, yaw: 90, roll: 0 } },
    },
  ]);
  expect(await isDrawn(drawn, 160, 80)).toBe(true);
  expect(await isDrawn(drawn, 100, 150)).toBe(true);
  // The nose points to the right edge of the picture.
  expect(await isDrawn(drawn, 200, 150)).toBe(true);
  expect(await isDrawn(drawn, 120, 180)).toBe(false);
  expect(await isDrawn(drawn, 350, 250)).toBe(false);
});

it("turns a picture upright before it draws", async () => {
  const drawn = await drawFaces(await grey(400, 300, 6), [
    { faceRectangle: { left: 50, top: 300, width: 100, height: 80 } },
  ]);
  expect(await sharp(drawn).metadata()).toMatchObject({ width: 300, height: 400 });
  expect(await isDrawn(drawn, 100, 300)).toBe(true);
});

it("refuses what is no picture", async () => {
  await expect(drawFaces(Buffer.from("no picture"), [])).rejects.toThrow();
});
