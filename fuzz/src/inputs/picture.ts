/** Damaged pictures of all four formats. */
import * as zlib from "node:zlib";
import sharp, { type Sharp } from "sharp";
import type { Input, InputKind } from "../input.js";
import { mutateBytes } from "../mutations.js";
import { Random } from "../random.js";

const width = 56;
const height = 40;

function noise(): Sharp {
  const data = new Random(1).bytes(width * height * 3);
  return sharp(data, { raw: { width, height, channels: 3 } });
}

function bitmap(bits: 8 | 24, runs: boolean): Buffer {
  const table = bits === 8 ? 1024 : 0;
  const header = Buffer.alloc(54 + table, 0x5a);
  header.fill(0, 0, 54);
  header.write("BM");
  header.writeUInt32LE(54 + table, 10);
  header.writeUInt32LE(40, 14);
  header.writeInt32LE(width, 18);
  header.writeInt32LE(height, 22);
  header.writeUInt16LE(1, 26);
  header.writeUInt16LE(bits, 28);
  header.writeUInt32LE(runs ? 1 : 0, 30);
  return Buffer.concat([header, new Random(2).bytes(width * height * (bits / 8) + 64)]);
}

let corpus: Promise<readonly Buffer[]> | undefined;

function wholeFiles(): Promise<readonly Buffer[]> {
  corpus ??= Promise.all([
    noise().jpeg({ quality: 95 }).toBuffer(),
    noise().jpeg({ progressive: true, quality: 90 }).withMetadata({ orientation: 6 }).toBuffer(),
    noise().toColourspace("cmyk").jpeg({ quality: 90 }).toBuffer(),
    noise().greyscale().jpeg({ quality: 98 }).toBuffer(),
    noise().png().toBuffer(),
    noise().png({ progressive: true }).toBuffer(),
    noise().png({ palette: true }).toBuffer(),
    noise().ensureAlpha(0.5).toColourspace("rgb16").png().toBuffer(),
    noise().withIccProfile("p3").png().toBuffer(),
    noise().gif().toBuffer(),
    noise().gif({ progressive: true, colours: 16 }).toBuffer(),
    Promise.resolve(bitmap(24, false)),
    Promise.resolve(bitmap(8, false)),
    Promise.resolve(bitmap(8, true)),
  ]);
  return corpus;
}

/** Makes the checks of a PNG's chunks right again, so that damage gets past them. */
function repairPng(bytes: Buffer): Buffer {
  for (let at = 8; at + 12 <= bytes.length;) {
    const length = bytes.readUInt32BE(at);
    const end = at + 8 + length;
    if (end + 4 > bytes.length) break;
    bytes.writeUInt32BE(zlib.crc32(bytes.subarray(at + 4, end)), end);
    at = end + 4;
  }
  return bytes;
}

export const pictureInputs: InputKind = {
  name: "picture",
  share: 30,
  async make(random): Promise<Input> {
    const files = await wholeFiles();
    const file = random.pick(files);
    let bytes = mutateBytes(random, file);
    if (random.chance(0.05))
      bytes = Buffer.concat([
        bytes.subarray(0, random.below(bytes.length + 1)),
        random.pick(files),
      ]);
    if (bytes[0] === 0x89 && random.chance(0.7)) bytes = repairPng(bytes);
    return {
      form: "call",
      path: "/face/v1.1-preview.1/detect?returnFaceId=false&returnFaceLandmarks=true",
      contentType: "application/octet-stream",
      body: bytes,
    };
  },
};
