import sharp, { type Sharp } from "sharp";
import { describe, expect, it } from "vitest";
import { decodePicture } from "./decode.js";
import type { RgbPicture } from "./rgb-picture.js";

const width = 48;
const height = 32;
/** Red, green, blue and white quarters: which way is up can be read off. */
const quarters = Buffer.alloc(width * height * 3);
for (let y = 0; y < height; y++)
  for (let x = 0; x < width; x++) {
    const color =
      y < height / 2
        ? x < width / 2
          ? [255, 0, 0]
          : [0, 255, 0]
        : x < width / 2
          ? [0, 0, 255]
          : [255, 255, 255];
    quarters.set(color, (y * width + x) * 3);
  }
const raw = { raw: { width, height, channels: 3 as const } };

function pixel({ data, width: across }: RgbPicture, x: number, y: number): number[] {
  return [...data.subarray((y * across + x) * 3, (y * across + x) * 3 + 3)];
}

function expectUpright(picture: RgbPicture): void {
  const near = (actual: number[], wanted: number[]): void =>
    actual.forEach((value, index) => expect(Math.abs(value - wanted[index]!)).toBeLessThan(40));
  expect([picture.width, picture.height]).toEqual([width, height]);
  near(pixel(picture, 8, 8), [255, 0, 0]);
  near(pixel(picture, 40, 8), [0, 255, 0]);
  near(pixel(picture, 8, 24), [0, 0, 255]);
  near(pixel(picture, 40, 24), [255, 255, 255]);
}

describe("JPEG, PNG and GIF", () => {
  /** How the upright pixels lie in the file for each EXIF orientation: the inverse of what a viewer does. */
  const stored: Record<number, (pipeline: Sharp) => Sharp> = {
    1: (p) => p,
    2: (p) => p.flop(),
    3: (p) => p.rotate(180),
    4: (p) => p.flip(),
    5: (p) => p.rotate(90).flip(),
    6: (p) => p.rotate(270),
    7: (p) => p.rotate(270).flip(),
    8: (p) => p.rotate(90),
  };
  it.each([1, 2, 3, 4, 5, 6, 7, 8])("EXIF orientation %i is applied", async (orientation) => {
    const turned = await stored[orientation]!(sharp(quarters, raw)).png().toBuffer();
    const file = await sharp(turned)
      .jpeg({ quality: 95, chromaSubsampling: "4:4:4" })
      .withMetadata({ orientation })
      .toBuffer();
    const decoded = await decodePicture(file);
    expect([decoded.width, decoded.height]).toEqual([width, height]);
    expectUpright(decoded.picture);
  });

  it.each([
    [
      "progressive JPEG",
      () =>
        sharp(quarters, raw).jpeg({ progressive: true, quality: 95, chromaSubsampling: "4:4:4" }),
    ],
    ["CMYK JPEG", () => sharp(quarters, raw).toColourspace("cmyk").jpeg({ quality: 95 })],
    ["16-bit PNG", () => sharp(quarters, raw).toColourspace("rgb16").png()],
    ["PNG with alpha", () => sharp(quarters, raw).ensureAlpha().png()],
    ["palette PNG", () => sharp(quarters, raw).png({ palette: true })],
    ["GIF", () => sharp(quarters, raw).gif()],
  ])("%s", async (name, make) => {
    const { picture } = await decodePicture(await make().toBuffer());
    if (name === "CMYK JPEG") expect([picture.width, picture.height]).toEqual([width, height]);
    else expectUpright(picture);
  });

  it("grey becomes three equal channels", async () => {
    const { picture } = await decodePicture(
      await sharp(quarters, raw).greyscale().png().toBuffer(),
    );
    const [red, green, blue] = pixel(picture, 8, 8);
    expect(picture.data.length).toBe(width * height * 3);
    expect([green, blue]).toEqual([red, red]);
  });

  it("large pictures come at a working size, with their own size told", async () => {
    const file = await sharp({
      create: { width: 4000, height: 3000, channels: 3, background: "#888" },
    })
      .jpeg()
      .toBuffer();
    const decoded = await decodePicture(file);
    expect([decoded.width, decoded.height]).toEqual([4000, 3000]);
    expect([decoded.picture.width, decoded.picture.height]).toEqual([2000, 1500]);
  });

  it.each([
    ["WebP", () => sharp(quarters, raw).webp().toBuffer()],
    ["TIFF", () => sharp(quarters, raw).tiff().toBuffer()],
    ["SVG", () => Promise.resolve(Buffer.from("<svg xmlns='http://www.w3.org/2000/svg'/>"))],
  ])("%s is refused", async (_name, make) => {
    await expect(decodePicture(await make())).rejects.toMatchObject({ fault: "formatUnsupported" });
  });

  it("a truncated file is refused", async () => {
    const file = await sharp(quarters, raw).png().toBuffer();
    await expect(decodePicture(file.subarray(0, file.length - 40))).rejects.toMatchObject({
      fault: "decoderFailed",
    });
  });
});

describe("BMP", () => {
  interface BmpOptions {
    readonly bits: 1 | 4 | 8 | 16 | 24 | 32;
    readonly topDown?: boolean;
    readonly os2?: boolean;
    readonly rle?: boolean;
  }
  const palette = [
    [255, 0, 0],
    [0, 255, 0],
    [0, 0, 255],
    [255, 255, 255],
  ];
  const indexAt = (x: number, y: number): number =>
    palette.findIndex((color) =>
      color.every((value, channel) => quarters[(y * width + x) * 3 + channel] === value),
    );

  function bmp({ bits, topDown = false, os2 = false, rle = false }: BmpOptions): Buffer {
    const colors = bits <= 8 ? 1 << bits : 0;
    const headerBytes = os2 ? 12 : 40;
    const entryBytes = os2 ? 3 : 4;
    const table = Buffer.alloc(colors * entryBytes);
    palette
      .slice(0, colors)
      .forEach(([r, g, b], index) => table.set([b!, g!, r!], index * entryBytes));
    const rows: Buffer[] = [];
    for (let line = 0; line < height; line++) {
      const y = topDown ? line : height - 1 - line;
      if (rle) {
        const runs: number[] = [];
        for (const x of [0, width / 2]) {
          const index = indexAt(x, y);
          runs.push(width / 2, bits === 4 ? index * 17 : index);
        }
        rows.push(Buffer.from([...runs, 0, line === height - 1 ? 1 : 0]));
        continue;
      }
      const row = Buffer.alloc(Math.ceil((width * bits) / 32) * 4);
      for (let x = 0; x < width; x++) {
        const [r, g, b] = quarters.subarray((y * width + x) * 3, (y * width + x) * 3 + 3);
        if (bits >= 24) row.set([b!, g!, r!], x * (bits / 8));
        else if (bits === 16)
          row.writeUInt16LE(((r! >> 3) << 10) | ((g! >> 3) << 5) | (b! >> 3), x * 2);
        else {
          const bit = x * bits;
          row[bit >> 3] = row[bit >> 3]! | ((indexAt(x, y) % colors) << (8 - bits - (bit & 7)));
        }
      }
      rows.push(row);
    }
    const pixels = Buffer.concat(rows);
    const header = Buffer.alloc(14 + headerBytes);
    header.write("BM");
    header.writeUInt32LE(header.length + table.length, 10);
    header.writeUInt32LE(headerBytes, 14);
    if (os2) {
      header.writeUInt16LE(width, 18);
      header.writeUInt16LE(height, 20);
      header.writeUInt16LE(bits, 24);
    } else {
      header.writeInt32LE(width, 18);
      header.writeInt32LE(topDown ? -height : height, 22);
      header.writeUInt16LE(bits, 28);
      header.writeUInt32LE(rle ? (bits === 8 ? 1 : 2) : 0, 30);
    }
    return Buffer.concat([header, table, pixels]);
  }

  it.each<BmpOptions>([
    { bits: 4 },
    { bits: 8 },
    { bits: 16 },
    { bits: 24 },
    { bits: 32 },
    { bits: 24, topDown: true },
    { bits: 8, os2: true },
    { bits: 24, os2: true },
    { bits: 8, rle: true },
    { bits: 4, rle: true },
  ])("%o", async (options) => {
    expectUpright((await decodePicture(bmp(options))).picture);
  });

  it("1 bit", async () => {
    const { picture } = await decodePicture(bmp({ bits: 1 }));
    expect(pixel(picture, 8, 8)).toEqual([255, 0, 0]);
    expect(pixel(picture, 40, 8)).toEqual([0, 255, 0]);
  });

  it("refuses a file cut short, and pixels beyond the limit before it allocates them", async () => {
    const file = bmp({ bits: 24 });
    await expect(decodePicture(file.subarray(0, 2000))).rejects.toMatchObject({
      fault: "decoderFailed",
    });
    file.writeInt32LE(40_000, 18);
    file.writeInt32LE(40_000, 22);
    await expect(decodePicture(file)).rejects.toMatchObject({ fault: "tooManyPixels" });
  });
});
