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

  it("reads a BMP of OS/2, whose sizes have two bytes", () => {
    const file = new Uint8Array(54);
    file.set([0x42, 0x4d]);
    const view = new DataView(file.buffer);
    view.setUint32(14, 12, true);
    view.setUint16(18, 31, true);
    view.setUint16(20, 17, true);
    view.setUint16(22, 1, true);
    view.setUint16(24, 24, true);
    expect(picturePixels(file)).toBe(31 * 17);
  });

  it("reads the first frame of a GIF whose screen is smaller, behind what stands before it", async () => {
    const gif = await blank.clone().gif().toBuffer();
    const frame = gif.indexOf(Buffer.from([0x2c, 0, 0, 0, 0, 31, 0, 17, 0]));
    expect(frame).toBeGreaterThan(0);
    const comment = Buffer.from([0x21, 0xfe, 3, 0x2c, 0x2c, 0x2c, 1, 0x2c, 0]);
    const file = Buffer.concat([gif.subarray(0, frame), comment, gif.subarray(frame)]);
    file.writeUInt16LE(1, 6);
    file.writeUInt16LE(1, 8);
    expect(picturePixels(file)).toBe(31 * 17);
    const { width, height } = await sharp(file).metadata();
    expect([width, height]).toEqual([31, 17]);
  });

  it("says nothing of more pixels than are decoded: who is refused at once has to wait for nobody", async () => {
    const file = await blank.clone().png().toBuffer();
    file.writeUInt32BE(8000, 16);
    file.writeUInt32BE(8000, 20);
    expect(picturePixels(file)).toBe(64_000_000);
    file.writeUInt32BE(8001, 16);
    expect(picturePixels(file)).toBe(0);
  });

  it("finds the frame of a JPEG behind bytes that libjpeg passes over", async () => {
    const jpeg = await blank.clone().jpeg({ progressive: true }).toBuffer();
    const second = 4 + jpeg.readUInt16BE(4);
    // A byte, fill bytes, TEM, RST3, an escaped 0xff, and what might be a segment's length and frame where none begins.
    const strays = [
      [0x00],
      [0xff, 0xff],
      [0xff, 0x01],
      [0xff, 0xd3],
      [0xff, 0x00, 0x10],
      [0xc0, 0x11],
    ];
    for (const stray of strays) {
      const file = Buffer.concat([
        jpeg.subarray(0, second),
        Buffer.from(stray),
        jpeg.subarray(second),
      ]);
      expect(picturePixels(file), String(stray)).toBe(31 * 17);
      const { width, height } = await sharp(file, { failOn: "error" }).metadata();
      expect([width, height], String(stray)).toEqual([31, 17]);
    }
  });

  it("takes a picture that does not say for one of the largest", async () => {
    const jpeg = await blank.clone().jpeg().toBuffer();
    expect(picturePixels(jpeg.subarray(0, 60))).toBe(64_000_000);
  });

  it("says nothing of what is no picture", () => {
    expect(picturePixels(new Uint8Array(100))).toBe(0);
    expect(picturePixels(new Uint8Array())).toBe(0);
  });
});
