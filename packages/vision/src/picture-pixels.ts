/** How many pixels a file will have once decoded, from its header alone. */
import { pictureFormat } from "./picture-format.js";

/** 0 for what is no picture, or does not say; the decoder will find out. */
export function picturePixels(file: Uint8Array): number {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  try {
    switch (pictureFormat(file)) {
      case "jpeg":
        return jpegPixels(view);
      case "png":
        return view.getUint32(16) * view.getUint32(20);
      case "gif":
        return view.getUint16(6, true) * view.getUint16(8, true);
      case "bmp":
        return Math.abs(view.getInt32(18, true) * view.getInt32(22, true));
      case undefined:
        return 0;
    }
  } catch (error) {
    if (error instanceof RangeError) return 0;
    throw error;
  }
}

/** Walks from segment to segment to the start of the frame, whatever kind of frame it is. */
function jpegPixels(view: DataView): number {
  const notFrames = [0xc4, 0xc8, 0xcc];
  for (let at = 2; ;) {
    if (view.getUint8(at) !== 0xff) return 0;
    const marker = view.getUint8(at + 1);
    if (marker === 0xff) {
      // A marker may be preceded by any number of fill bytes.
      at++;
    } else if (marker >= 0xc0 && marker <= 0xcf && !notFrames.includes(marker)) {
      return view.getUint16(at + 5) * view.getUint16(at + 7);
    } else {
      at += 2 + view.getUint16(at + 2);
    }
  }
}
