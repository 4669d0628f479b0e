/**
 * A strict reader of Windows and OS/2 bitmaps: 1, 4, 8, 16, 24 and 32 bits, RLE4 and RLE8, bit fields, bottom-up and
 * top-down. libvips has no loader for them. Layout after Microsoft's "Bitmap Storage" and the OS/2 1.x and 2.x headers.
 */
import { PictureError } from "./analysis.js";
import type { RgbPicture } from "./rgb-picture.js";

const fileHeaderBytes = 14;
const compression = { none: 0, rle8: 1, rle4: 2, bitFields: 3, alphaBitFields: 6 } as const;

interface BmpHeader {
  readonly width: number;
  readonly height: number;
  readonly topDown: boolean;
  readonly bits: number;
  readonly compression: number;
  readonly pixelsAt: number;
  /** RGB triples by index; empty above 8 bits. */
  readonly palette: Uint8Array;
  readonly masks: { readonly red: number; readonly green: number; readonly blue: number };
}

function refuse(): never {
  throw new PictureError("decoderFailed");
}

/**
 * Sizes of the headers that there are: OS/2 1.x (12), OS/2 2.x cut short (16) and whole (64), Windows 3 (40), with
 * masks (52, 56), 4 (108) and 5 (124).
 */
const headerSizes: readonly number[] = [12, 16, 40, 52, 56, 64, 108, 124];

function isAllowed(kind: number, bits: number, headerBytes: number): boolean {
  if (kind === compression.none) return true;
  if (kind === compression.rle8) return bits === 8;
  if (kind === compression.rle4) return bits === 4;
  // In OS/2's header these numbers mean Huffman codes and runs of 24 bits, which hardly anyone wrote.
  if (headerBytes === 64) return false;
  const usesMasks = kind === compression.bitFields || kind === compression.alphaBitFields;
  return usesMasks && (bits === 16 || bits === 32);
}

function readHeader(view: DataView, maximumPixels: number): BmpHeader {
  if (view.byteLength < fileHeaderBytes + 12) refuse();
  const pixelsAt = view.getUint32(10, true);
  const headerBytes = view.getUint32(14, true);
  const short = headerBytes === 12;
  if (!headerSizes.includes(headerBytes)) refuse();
  if (view.byteLength < fileHeaderBytes + headerBytes) refuse();
  const width = short ? view.getUint16(18, true) : view.getInt32(18, true);
  const signedHeight = short ? view.getUint16(20, true) : view.getInt32(22, true);
  const bits = short ? view.getUint16(24, true) : view.getUint16(28, true);
  const kind = headerBytes < 40 ? compression.none : view.getUint32(30, true);
  const height = Math.abs(signedHeight);
  if (width <= 0 || height === 0 || ![1, 4, 8, 16, 24, 32].includes(bits)) refuse();
  if (width * height > maximumPixels) throw new PictureError("tooManyPixels");
  if (!isAllowed(kind, bits, headerBytes)) refuse();
  if (pixelsAt < fileHeaderBytes + headerBytes) refuse();

  let masks =
    bits === 16
      ? { red: 0x7c00, green: 0x03e0, blue: 0x001f }
      : { red: 0xff0000, green: 0x00ff00, blue: 0x0000ff };
  let extraBytes = 0;
  if (kind === compression.bitFields || kind === compression.alphaBitFields) {
    // A 40-byte header is followed by its masks; longer ones hold them at the same place.
    if (view.byteLength < 66) refuse();
    masks = {
      red: view.getUint32(54, true),
      green: view.getUint32(58, true),
      blue: view.getUint32(62, true),
    };
    if (headerBytes === 40) extraBytes = kind === compression.alphaBitFields ? 16 : 12;
  }

  const palette =
    bits <= 8 ? readPalette(view, headerBytes, extraBytes, bits, pixelsAt) : new Uint8Array();
  return {
    width,
    height,
    topDown: signedHeight < 0,
    bits,
    compression: kind,
    pixelsAt,
    palette,
    masks,
  };
}

function readPalette(
  view: DataView,
  headerBytes: number,
  extraBytes: number,
  bits: number,
  pixelsAt: number,
): Uint8Array {
  const entryBytes = headerBytes === 12 ? 3 : 4;
  const start = fileHeaderBytes + headerBytes + extraBytes;
  const stated = headerBytes < 40 ? 0 : view.getUint32(46, true);
  const room = Math.floor((Math.min(pixelsAt, view.byteLength) - start) / entryBytes);
  const count = Math.min(stated === 0 ? 1 << bits : stated, 1 << bits, Math.max(room, 0));
  if (count === 0) refuse();
  // Indices beyond the stated colours are black, as other readers have them.
  const palette = new Uint8Array(3 << bits);
  for (let i = 0; i < count; i++) {
    const at = start + i * entryBytes;
    palette[i * 3] = view.getUint8(at + 2);
    palette[i * 3 + 1] = view.getUint8(at + 1);
    palette[i * 3 + 2] = view.getUint8(at);
  }
  return palette;
}

/** Scales the bits under a mask to 0..255. */
function channelReader(mask: number): (value: number) => number {
  if (mask === 0) return () => 0;
  const shift = 31 - Math.clz32(mask & -mask);
  const maximum = mask >>> shift;
  return (value) => Math.round((((value & mask) >>> shift) * 255) / maximum);
}

function readRows(file: Uint8Array, header: BmpHeader, out: Uint8Array): void {
  const { width, height, bits, palette } = header;
  const rowBytes = Math.ceil((width * bits) / 32) * 4;
  // A last row without its padding, or a file cut short, is refused: half a picture is no picture.
  const needed = header.pixelsAt + rowBytes * (height - 1) + Math.ceil((width * bits) / 8);
  if (needed > file.length) refuse();
  const red = channelReader(header.masks.red);
  const green = channelReader(header.masks.green);
  const blue = channelReader(header.masks.blue);
  for (let y = 0; y < height; y++) {
    const row = header.pixelsAt + y * rowBytes;
    let at = (header.topDown ? y : height - 1 - y) * width * 3;
    for (let x = 0; x < width; x++, at += 3) {
      if (bits === 24) {
        out[at] = file[row + x * 3 + 2]!;
        out[at + 1] = file[row + x * 3 + 1]!;
        out[at + 2] = file[row + x * 3]!;
      } else if (bits > 8) {
        const first = row + x * (bits / 8);
        let value = file[first]! | (file[first + 1]! << 8);
        if (bits === 32) value |= (file[first + 2]! << 16) | (file[first + 3]! << 24);
        out[at] = red(value);
        out[at + 1] = green(value);
        out[at + 2] = blue(value);
      } else {
        const bit = x * bits;
        const index = (file[row + (bit >> 3)]! >> (8 - bits - (bit & 7))) & ((1 << bits) - 1);
        out[at] = palette[index * 3]!;
        out[at + 1] = palette[index * 3 + 1]!;
        out[at + 2] = palette[index * 3 + 2]!;
      }
    }
  }
}

/** Doubles what is filled until all is: a file of some bytes may state millions of pixels. */
function fillWithColor(out: Uint8Array, palette: Uint8Array): void {
  if (palette[0] === 0 && palette[1] === 0 && palette[2] === 0) return;
  out.set(palette.subarray(0, 3));
  for (let filled = 3; filled < out.length; filled *= 2) out.copyWithin(filled, 0, filled);
}

function readRunLengths(file: Uint8Array, header: BmpHeader, out: Uint8Array): void {
  const { width, height, palette } = header;
  const four = header.compression === compression.rle4;
  let at = header.pixelsAt;
  let x = 0;
  let y = 0;
  const put = (index: number): void => {
    if (x >= width || y >= height) return;
    const row = header.topDown ? y : height - 1 - y;
    const to = (row * width + x) * 3;
    out[to] = palette[index * 3]!;
    out[to + 1] = palette[index * 3 + 1]!;
    out[to + 2] = palette[index * 3 + 2]!;
    x++;
  };
  // Pixels that the runs skip keep the first colour.
  fillWithColor(out, palette);
  for (;;) {
    if (at + 2 > file.length) refuse();
    const count = file[at++]!;
    const value = file[at++]!;
    if (count > 0) {
      for (let i = 0; i < count; i++) put(four ? (i % 2 === 0 ? value >> 4 : value & 15) : value);
    } else if (value === 0) {
      x = 0;
      y++;
    } else if (value === 1) {
      return;
    } else if (value === 2) {
      if (at + 2 > file.length) refuse();
      x += file[at++]!;
      y += file[at++]!;
    } else {
      const bytes = four ? Math.ceil(value / 2) : value;
      if (at + bytes > file.length) refuse();
      for (let i = 0; i < value; i++) {
        const byte = file[at + (four ? i >> 1 : i)]!;
        put(four ? (i % 2 === 0 ? byte >> 4 : byte & 15) : byte);
      }
      at += bytes + (bytes % 2);
    }
    if (y >= height) return;
  }
}

/**
 * Decodes a bitmap to RGB; alpha is ignored, as the format's own viewers do.
 * @throws PictureError `tooManyPixels` before anything is allocated, `decoderFailed` for a broken file.
 */
export function decodeBmp(file: Uint8Array, maximumPixels: number): RgbPicture {
  const header = readHeader(
    new DataView(file.buffer, file.byteOffset, file.byteLength),
    maximumPixels,
  );
  const data = new Uint8Array(header.width * header.height * 3);
  const runs = header.compression === compression.rle4 || header.compression === compression.rle8;
  if (runs) readRunLengths(file, header, data);
  else readRows(file, header, data);
  return { data, width: header.width, height: header.height };
}
