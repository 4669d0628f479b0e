import sharp from "sharp";
import { describe, expect, it } from "vitest";
import { picturePixels } from "./picture-pixels.js";

const blank = sharp({ create: { width: 31, height: 17, channels: 3, background: "#456" } });

describe("picturePixels", () => {
  it.each(["jpeg", "png", "gif"] as const)("reads the header of a %s", async (format) => {
    expect(picturePixels(await blank.clone().toFormat(format).toBuffer())).toBe(31 * 17);
  });

  it("finds the frame of a progressive JPEG behind its EXIF", async () => {
    const file = await blank
      .clone()
      .withExif({ IFD0: { Copyright: "x".repeat(5000) } })
      .jpeg({ progressive: true })
      .toBuffer();
    expect(picturePixels(file)).toBe(31 * 17);
  });

  it("reads a BMP whose rows run from the top", () => {
    const file = new Uint8Array(54);
    file.set([0x42, 0x4d]);
    const view = new DataView(file.buffer);
    view.setInt32(18, 31, true);
    view.setInt32(22, -17, true);
    expect(picturePixels(file)).toBe(31 * 17);
  });

  it("says nothing of what is broken or no picture", async () => {
    const jpeg = await blank.clone().jpeg().toBuffer();
    expect(picturePixels(jpeg.subarray(0, 60))).toBe(0);
    expect(picturePixels(new Uint8Array(100))).toBe(0);
    expect(picturePixels(new Uint8Array())).toBe(0);
  });
});
