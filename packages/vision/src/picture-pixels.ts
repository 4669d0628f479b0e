/** How many pixels a file will have once decoded, from its header alone. */
import { pictureFormat } from "./picture-format.js";

/** Pixels of the largest picture that is decoded: 6 MB of JPEG rarely hold more than 50 million. */
export const maximumPixels = 64_000_000;

/**
 * 0 for what is no picture, or says more than are ever decoded: the decoder refuses both at once. A picture that does not
 * say is taken for one of the largest, for the decoder may understand what is not understood here.
 */
export function picturePixels(file: Uint8Array): number {
  const stated = statedPixels(file);
  return stated > maximumPixels ? 0 : stated;
}

function statedPixels(file: Uint8Array): number {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  try {
    switch (pictureFormat(file)) {
      case "jpeg":
        return jpegPixels(view);
      case "png":
        return view.getUint32(16) * view.getUint32(20);
      case "gif":
        return gifPixels(view);
      case "bmp":
        return bmpPixels(view);
      case undefined:
        return 0;
    }
  } catch (error) {
    // Its header ends too soon.
    if (error instanceof RangeError) return maximumPixels;
    throw error;
  }
}

/**
 * Walks from segment to segment to the start of the frame, whatever kind of frame it is. What libjpeg passes over is passed
 * over here: bytes between segments, of which any number may be 0xff.
 */
function jpegPixels(view: DataView): number {
  const notFrames = [0xc4, 0xc8, 0xcc];
  for (let at = 2; ;) {
    while (view.getUint8(at) !== 0xff) at++;
    while (view.getUint8(at) === 0xff) at++;
    const marker = view.getUint8(at);
    if (marker >= 0xc0 && marker <= 0xcf && !notFrames.includes(marker))
      return view.getUint16(at + 4) * view.getUint16(at + 6);
    at++;
    if (!standsAlone(marker)) at += view.getUint16(at);
  }
}

/** Markers behind which no length is written: an escaped 0xff, TEM, RST0 to RST7, and start and end of the file. */
function standsAlone(marker: number): boolean {
  return marker <= 0x01 || (marker >= 0xd0 && marker <= 0xd9);
}

/** Where the first frame is larger than the screen, or lies over its border, it is the frame that is decoded. */
function gifPixels(view: DataView): number {
  const [width, height] = [view.getUint16(6, true), view.getUint16(8, true)];
  let at = 13 + gifColorsBytes(view.getUint8(10));
  // What stands before the first frame: comments and the like, in blocks of which an empty one is the last.
  while (view.getUint8(at) === 0x21) {
    at += 2;
    while (view.getUint8(at) !== 0) at += 1 + view.getUint8(at);
    at++;
  }
  if (view.getUint8(at) !== 0x2c) return width * height;
  const right = view.getUint16(at + 1, true) + view.getUint16(at + 5, true);
  const bottom = view.getUint16(at + 3, true) + view.getUint16(at + 7, true);
  return Math.max(width, right) * Math.max(height, bottom);
}

function gifColorsBytes(flags: number): number {
  return (flags & 0x80) === 0 ? 0 : 3 << ((flags & 7) + 1);
}

/** OS/2's first header has sizes of two bytes. */
function bmpPixels(view: DataView): number {
  return view.getUint32(14, true) === 12
    ? view.getUint16(18, true) * view.getUint16(20, true)
    : Math.abs(view.getInt32(18, true) * view.getInt32(22, true));
}
