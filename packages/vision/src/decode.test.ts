import * as zlib from "node:zlib";
import fc from "fast-check";
import sharp, { type Sharp } from "sharp";
import { describe, expect, it } from "vitest";
import { PictureError } from "./analysis.js";
import { decodePicture } from "./decode.js";
import { withExifFirst } from "./png-exif.js";
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

function pngChunk(type: string, content: readonly number[]): Buffer {
  const chunk = Buffer.alloc(12 + content.length);
  chunk.writeUInt32BE(content.length);
  chunk.write(type, 4, "latin1");
  chunk.set(content, 8);
  const checked = chunk.subarray(4, 8 + content.length);
  chunk.writeUInt32BE(zlib.crc32(checked), 8 + content.length);
  return chunk;
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

  it.each([1, 2, 3, 4, 5, 6, 7, 8])(
    "EXIF orientation %i is applied to a PNG, whether it stands before its pixels or behind them",
    async (orientation) => {
      const turned = await stored[orientation]!(sharp(quarters, raw)).png().toBuffer();
      const exif = pngChunk("eXIf", [
        ...Buffer.from("II*\0\x08\0\0\0", "latin1"),
        ...[1, 0, 0x12, 1, 3, 0, 1, 0, 0, 0, orientation, 0, 0, 0, 0, 0, 0, 0],
      ]);
      for (const place of ["IDAT", "IEND"]) {
        const at = turned.indexOf(place) - 4;
        const file = Buffer.concat([turned.subarray(0, at), exif, turned.subarray(at)]);
        const decoded = await decodePicture(file);
        expect([decoded.width, decoded.height]).toEqual([width, height]);
        expectUpright(decoded.picture);
      }
    },
  );

  it("EXIF after a PNG's end is not of the picture", () => {
    const file = Buffer.concat([
      Buffer.from("\x89PNG\r\n\x1a\n", "latin1"),
      pngChunk("IDAT", [1, 2, 3]),
      pngChunk("IEND", []),
      pngChunk("eXIf", [1, 2, 3, 4]),
    ]);
    expect(withExifFirst(file)).toBe(file);
  });

  it("a PNG that ends in the middle of a chunk is read no further", () => {
    const file = Buffer.concat([
      Buffer.from("\x89PNG\r\n\x1a\n", "latin1"),
      pngChunk("IDAT", [1, 2, 3]),
      pngChunk("eXIf", [1, 2, 3, 4]),
    ]);
    for (let length = 8; length < file.length; length++) {
      const part = file.subarray(0, length);
      expect(withExifFirst(part)).toBe(part);
    }
    expect(withExifFirst(file)).toHaveLength(file.length);
  });

  const file = () => sharp(quarters, raw);
  const fine = { quality: 95, chromaSubsampling: "4:4:4" };
  it.each<[string, () => Sharp]>([
    ["baseline JPEG", () => file().jpeg(fine)],
    ["progressive JPEG", () => file().jpeg({ ...fine, progressive: true })],
    ["JPEG with restarts and trellis", () => file().jpeg({ ...fine, mozjpeg: true })],
    ["JPEG with a wide ICC profile", () => file().withIccProfile("p3").jpeg(fine)],
    ["PNG with a wide ICC profile", () => file().withIccProfile("p3").png()],
    ["16-bit PNG", () => file().toColourspace("rgb16").png()],
    ["16-bit PNG with alpha", () => file().ensureAlpha().toColourspace("rgb16").png()],
    ["PNG with alpha", () => file().ensureAlpha().png()],
    ["interlaced PNG", () => file().png({ progressive: true })],
    ["palette PNG of 2 bits", () => file().png({ palette: true, colours: 4 })],
    ["palette PNG of 8 bits", () => file().png({ palette: true, colours: 256 })],
    ["GIF", () => file().gif()],
    ["interlaced GIF", () => file().gif({ progressive: true })],
    ["animated GIF, its first frame", () => animation()],
  ])("%s", async (_name, make) => {
    const bytes = await make().toBuffer();
    const decoded = await decodePicture(bytes);
    expectUpright(decoded.picture);
    expect([decoded.width, decoded.height]).toEqual([width, height]);
  });

  /** The quarters, then grey. */
  function animation(): Sharp {
    const frames = Buffer.concat([quarters, Buffer.alloc(quarters.length, 128)]);
    return sharp(frames, {
      raw: { width, height: height * 2, channels: 3, pageHeight: height },
    }).gif({ delay: [100, 100] });
  }

  it.each([
    ["with the profile of a press", () => file().toColourspace("cmyk").withIccProfile("cmyk")],
    ["without a profile", () => file().toColourspace("cmyk")],
  ])("CMYK JPEG %s keeps its hues: no inks are taken for their opposites", async (_name, make) => {
    const { picture } = await decodePicture(await make().jpeg(fine).toBuffer());
    const [red, green, blue, white] = [
      pixel(picture, 8, 8),
      pixel(picture, 40, 8),
      pixel(picture, 8, 24),
      pixel(picture, 40, 24),
    ] as [number[], number[], number[], number[]];
    expect(red.indexOf(Math.max(...red))).toBe(0);
    expect(red[0]! - red[1]!).toBeGreaterThan(150);
    expect(green[1]! - green[2]!).toBeGreaterThan(150);
    expect(blue.indexOf(Math.max(...blue))).toBe(2);
    expect(Math.min(...white)).toBeGreaterThan(240);
  });

  it.each([
    ["PNG", () => file().ensureAlpha(0).png()],
    ["grey PNG", () => file().greyscale().ensureAlpha(0).png()],
    ["16-bit PNG", () => file().ensureAlpha(0).toColourspace("rgb16").png()],
    ["GIF", () => file().ensureAlpha(0).gif()],
  ])("what is transparent in a %s is white", async (_name, make) => {
    const { picture } = await decodePicture(await make().toBuffer());
    expect(pixel(picture, 8, 8)).toEqual([255, 255, 255]);
  });

  it.each([
    ["grey JPEG", () => file().greyscale().jpeg(fine)],
    ["grey PNG", () => file().greyscale().png()],
    ["16-bit grey PNG", () => file().greyscale().toColourspace("grey16").png()],
    ["grey GIF", () => file().greyscale().gif()],
  ])("%s has three equal channels", async (_name, make) => {
    const { picture } = await decodePicture(await make().toBuffer());
    expect(picture.data.length).toBe(width * height * 3);
    const shades = [pixel(picture, 8, 8), pixel(picture, 40, 8), pixel(picture, 8, 24)];
    for (const shade of shades) {
      expect(new Set(shade).size).toBe(1);
    }
    // Green is brighter than red, red than blue.
    expect(shades[1]![0]).toBeGreaterThan(shades[0]![0]! + 50);
    expect(shades[0]![0]).toBeGreaterThan(shades[2]![0]! + 30);
  });

  it.each([0, 9, 255, 65_535])(
    "EXIF orientation %i, which there is not, turns nothing",
    async (orientation) => {
      const bytes = await file()
        .jpeg(fine)
        .withExif({ IFD0: { Orientation: "6" } })
        .toBuffer();
      const block = bytes.indexOf("Exif");
      // The entry of the orientation: tag 0x0112, kind 3, one value.
      const entry = bytes.indexOf(Buffer.from([0x12, 0x01, 3, 0, 1, 0, 0, 0]), block);
      expect(entry).toBeGreaterThan(0);
      bytes.writeUInt16LE(orientation, entry + 8);
      expectUpright((await decodePicture(bytes)).picture);
    },
  );

  it("an EXIF block that is noise turns nothing", async () => {
    const bytes = await file()
      .jpeg(fine)
      .withExif({ IFD0: { Orientation: "6" } })
      .toBuffer();
    const block = bytes.indexOf("Exif");
    bytes.fill(0xff, block + 6, block + 20);
    expectUpright((await decodePicture(bytes)).picture);
  });

  it.each([
    [20_000, 1],
    [1, 60_000],
    [1, 1],
  ])("%i x %i pixels are a picture", async (across, down) => {
    const bytes = await sharp({
      create: { width: across, height: down, channels: 3, background: "#ff0000" },
    })
      .png()
      .toBuffer();
    const decoded = await decodePicture(bytes);
    expect([decoded.width, decoded.height]).toEqual([across, down]);
    expect(pixel(decoded.picture, 0, 0)).toEqual([255, 0, 0]);
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
    ["AVIF", () => sharp(quarters, raw).avif().toBuffer()],
    ["SVG", () => Promise.resolve(Buffer.from("<svg xmlns='http://www.w3.org/2000/svg'/>"))],
    ["PDF", () => Promise.resolve(Buffer.from("%PDF-1.7\n"))],
    [
      "a picture behind other bytes",
      async () => Buffer.concat([Buffer.from("GIF"), await file().png().toBuffer()]),
    ],
    ["a raw file of pixels", () => Promise.resolve(quarters)],
    ["nothing", () => Promise.resolve(Buffer.alloc(0))],
  ])("%s is refused", async (_name, make) => {
    await expect(decodePicture(await make())).rejects.toMatchObject({ fault: "formatUnsupported" });
  });

  it.each([false, true])(
    "a JPEG without the mark of its end is a picture (progressive: %s), one that lacks pixels is none",
    async (progressive) => {
      const bytes = await file()
        .jpeg({ ...fine, progressive })
        .toBuffer();
      expectUpright((await decodePicture(bytes.subarray(0, -2))).picture);
      const large = await file()
        .resize(480, 320)
        .jpeg({ ...fine, progressive })
        .toBuffer();
      const cut = large.subarray(0, large.length * 0.9);
      await expect(decodePicture(cut)).rejects.toMatchObject({ fault: "decoderFailed" });
    },
  );

  it("a truncated file is refused", async () => {
    const file = await sharp(quarters, raw).png().toBuffer();
    await expect(decodePicture(file.subarray(0, file.length - 40))).rejects.toMatchObject({
      fault: "decoderFailed",
    });
  });
});

describe("pixels beyond the limit", () => {
  const side = 60_000;
  /** The picture with another size in its header. */
  const stating: Record<string, () => Promise<Buffer>> = {
    async JPEG() {
      const bytes = await sharp(quarters, raw).jpeg().toBuffer();
      const frame = bytes.indexOf(Buffer.from([0xff, 0xc0]));
      bytes.writeUInt16BE(side, frame + 5);
      bytes.writeUInt16BE(side, frame + 7);
      return bytes;
    },
    async PNG() {
      const bytes = await sharp(quarters, raw).png().toBuffer();
      bytes.writeUInt32BE(side, 16);
      bytes.writeUInt32BE(side, 20);
      bytes.writeUInt32BE(zlib.crc32(bytes.subarray(12, 29)), 29);
      return bytes;
    },
    async GIF() {
      const bytes = await sharp(quarters, raw).gif().toBuffer();
      const frame = bytes.indexOf(0x2c, 13 + 3 * 2 ** ((bytes[10]! & 7) + 1));
      bytes.writeUInt16LE(side, frame + 5);
      bytes.writeUInt16LE(side, frame + 7);
      return bytes;
    },
    BMP() {
      const bytes = Buffer.alloc(2000);
      bytes.write("BM");
      bytes.writeUInt32LE(1078, 10);
      bytes.writeUInt32LE(40, 14);
      bytes.writeInt32LE(side, 18);
      bytes.writeInt32LE(-side, 22);
      bytes.writeUInt16LE(8, 28);
      bytes.writeUInt32LE(1, 30);
      return Promise.resolve(bytes);
    },
  };
  it.each(Object.keys(stating))(
    "of a %s are refused by its header, before any is made",
    async (format) => {
      const bytes = await stating[format]!();
      const before = process.memoryUsage.rss();
      await expect(decodePicture(bytes)).rejects.toMatchObject({ fault: "tooManyPixels" });
      // Decoded they would be gigabytes.
      expect(process.memoryUsage.rss() - before).toBeLessThan(200e6);
    },
  );

  it("a few bytes of runs that state the most pixels that are allowed cost no patience", async () => {
    const bytes = await stating["BMP"]!();
    bytes.writeInt32LE(8000, 18);
    bytes.writeInt32LE(8000, 22);
    bytes.fill(0x80, 54, 1078);
    bytes.fill(0, 1078);
    bytes.writeUInt16LE(0x0100, 1078);
    const decoded = await decodePicture(bytes);
    expect([decoded.width, decoded.height]).toEqual([8000, 8000]);
    expect(pixel(decoded.picture, 100, 100)).toEqual([128, 128, 128]);
  });
});

describe("files that were damaged", () => {
  it("are decoded or refused, wherever they were cut or changed", async () => {
    const bitmap = Buffer.alloc(54 + 48 * 32 * 3);
    bitmap.write("BM");
    bitmap.writeUInt32LE(54, 10);
    bitmap.writeUInt32LE(40, 14);
    bitmap.writeInt32LE(48, 18);
    bitmap.writeInt32LE(32, 22);
    bitmap.writeUInt16LE(24, 28);
    const whole = [
      await sharp(quarters, raw).jpeg().withMetadata({ orientation: 6 }).toBuffer(),
      await sharp(quarters, raw).jpeg({ progressive: true }).toBuffer(),
      await sharp(quarters, raw).png({ progressive: true }).toBuffer(),
      await sharp(quarters, raw).png({ palette: true }).toBuffer(),
      await sharp(quarters, raw).gif().toBuffer(),
      bitmap,
    ];
    const damage = fc.record({
      file: fc.constantFrom(...whole),
      // Three in four keep their length; headers are hit more often than the rest.
      cut: fc.option(fc.nat(6000), { freq: 3 }),
      changes: fc.array(fc.record({ at: fc.oneof(fc.nat(80), fc.nat(6000)), value: fc.nat(255) }), {
        maxLength: 8,
      }),
    });
    await fc.assert(
      fc.asyncProperty(damage, async ({ file, cut, changes }) => {
        const bytes = Buffer.from(file.subarray(0, cut ?? file.length));
        for (const { at, value } of changes) if (at < bytes.length) bytes[at] = value;
        try {
          const { picture } = await decodePicture(bytes);
          expect(picture.data.length).toBe(picture.width * picture.height * 3);
        } catch (error) {
          expect(error).toBeInstanceOf(PictureError);
        }
      }),
      { numRuns: 600 },
    );
  });
});

describe("BMP", () => {
  interface BmpOptions {
    readonly bits: 1 | 4 | 8 | 16 | 24 | 32;
    readonly topDown?: boolean;
    /** Bytes of the header: 12, 16 and 64 are OS/2's. */
    readonly header?: 12 | 16 | 40 | 52 | 56 | 64 | 108 | 124;
    /** Red, green and blue. */
    readonly masks?: readonly [number, number, number];
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

  function bmp({
    bits,
    topDown = false,
    header: headerBytes = 40,
    rle = false,
    masks,
  }: BmpOptions): Buffer {
    const colors = bits <= 8 ? 1 << bits : 0;
    const os2 = headerBytes === 12;
    const entryBytes = os2 ? 3 : 4;
    const extra = Buffer.alloc(masks !== undefined && headerBytes === 40 ? 12 : 0);
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
        if (masks !== undefined) {
          const under = (value: number, mask: number) =>
            Math.round((value / 255) * (mask / (mask & -mask))) * (mask & -mask);
          const value = under(r!, masks[0]) + under(g!, masks[1]) + under(b!, masks[2]);
          if (bits === 16) row.writeUInt16LE(value, x * 2);
          else row.writeUInt32LE(value, x * 4);
        } else if (bits >= 24) row.set([b!, g!, r!], x * (bits / 8));
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
    header.writeUInt32LE(header.length + extra.length + table.length, 10);
    header.writeUInt32LE(headerBytes, 14);
    if (os2) {
      header.writeUInt16LE(width, 18);
      header.writeUInt16LE(height, 20);
      header.writeUInt16LE(bits, 24);
    } else {
      header.writeInt32LE(width, 18);
      header.writeInt32LE(topDown ? -height : height, 22);
      header.writeUInt16LE(bits, 28);
    }
    if (headerBytes >= 40) header.writeUInt32LE(rle ? (bits === 8 ? 1 : 2) : masks ? 3 : 0, 30);
    const room = headerBytes === 40 ? extra : header.subarray(54);
    masks?.forEach((mask, index) => room.writeUInt32LE(mask, index * 4));
    return Buffer.concat([header, extra, table, pixels]);
  }

  it.each<BmpOptions>([
    ...([4, 8, 16, 24, 32] as const).flatMap((bits) =>
      ([12, 16, 40, 52, 56, 64, 108, 124] as const).map((header) => ({ bits, header })),
    ),
    ...([4, 8, 16, 24, 32] as const).map((bits) => ({ bits, topDown: true })),
    { bits: 8, rle: true },
    { bits: 4, rle: true },
    { bits: 8, rle: true, header: 64 },
    { bits: 4, rle: true, header: 124 },
    { bits: 16, masks: [0xf800, 0x07e0, 0x001f] },
    { bits: 16, masks: [0x0f00, 0x00f0, 0x000f] },
    { bits: 32, masks: [0x000000ff, 0x0000ff00, 0x00ff0000] },
    { bits: 32, masks: [0x3ff00000, 0x000ffc00, 0x000003ff] },
    { bits: 32, masks: [0x000000ff, 0x0000ff00, 0x00ff0000], header: 124 },
    { bits: 16, masks: [0xf800, 0x07e0, 0x001f], header: 56 },
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
    file.writeInt32LE(-40_000, 22);
    await expect(decodePicture(file)).rejects.toMatchObject({ fault: "tooManyPixels" });
  });

  it("runs may skip, jump and hold plain pixels, of four bits and of eight", async () => {
    for (const bits of [4, 8] as const) {
      const file = bmp({ bits, rle: true });
      const pixelsAt = file.readUInt32LE(10);
      const index = (value: number) => (bits === 4 ? value * 17 : value);
      const plain = bits === 4 ? [0x12, 0x30, 0, 0] : [1, 2, 3, 0];
      const runs = [
        // Bottom row: two of colour 1, then three plain pixels 1, 2, 3.
        ...[2, index(1), 0, 3, ...plain.slice(0, bits === 4 ? 2 : 4)],
        // A jump by 4 to the right and 2 up, one of colour 2, and the end.
        ...[0, 2, 4, 2, 1, index(2), 0, 1],
      ];
      const { picture } = await decodePicture(
        Buffer.concat([file.subarray(0, pixelsAt), Buffer.from(runs)]),
      );
      const bottom = height - 1;
      const shades = [0, 1, 2, 3, 4, 5].map((x) => pixel(picture, x, bottom));
      expect(shades).toEqual([
        palette[1],
        palette[1],
        palette[1],
        palette[2],
        palette[3],
        palette[0],
      ]);
      expect(pixel(picture, 9, bottom - 2)).toEqual(palette[2]);
      expect(pixel(picture, 9, bottom - 1)).toEqual(palette[0]);
    }
  });

  it.each<[string, (file: Buffer) => void]>([
    ["no width", (file) => file.writeInt32LE(0, 18)],
    ["a negative width", (file) => file.writeInt32LE(-48, 18)],
    ["no height", (file) => file.writeInt32LE(0, 22)],
    ["the lowest height that there is", (file) => file.writeInt32LE(-(2 ** 31), 22)],
    ["two bits", (file) => file.writeUInt16LE(2, 28)],
    ["a header that there is not", (file) => file.writeUInt32LE(41, 14)],
    ["a header longer than the file", (file) => file.writeUInt32LE(2 ** 32 - 1, 14)],
    ["runs of 24 bits", (file) => file.writeUInt32LE(1, 30)],
    ["a JPEG within", (file) => file.writeUInt32LE(4, 30)],
    ["pixels within the header", (file) => file.writeUInt32LE(20, 10)],
    ["pixels behind the end", (file) => file.writeUInt32LE(2 ** 32 - 1, 10)],
  ])("%s is refused", async (_name, change) => {
    const file = bmp({ bits: 24 });
    change(file);
    await expect(decodePicture(file)).rejects.toMatchObject({
      fault: expect.stringMatching(/decoderFailed|tooManyPixels/),
    });
  });

  it.each([3, 4])("OS/2's compression %i is not taken for that of Windows", async (kind) => {
    const file = bmp({ bits: 24, header: 64 });
    file.writeUInt32LE(kind, 30);
    await expect(decodePicture(file)).rejects.toMatchObject({ fault: "decoderFailed" });
  });
});
