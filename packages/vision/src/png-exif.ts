/** PNG files that say which way is up only behind their pixels, where libvips does not look for it. */

const signatureBytes = 8;
/** Of each chunk: its length, its type and its checksum. */
const framingBytes = 12;

/** The file with its EXIF chunk before its pixels; the very file where it stands there, there is none, or it is broken. */
export function withExifFirst(png: Uint8Array): Uint8Array {
  const view = new DataView(png.buffer, png.byteOffset, png.byteLength);
  let pixels: number | undefined;
  for (let at = signatureBytes; at + framingBytes <= png.length;) {
    const end = at + framingBytes + view.getUint32(at);
    const type = String.fromCharCode(...png.subarray(at + 4, at + 8));
    // What follows the end is not of the picture.
    if (type === "IEND") break;
    if (type === "IDAT") pixels ??= at;
    else if (type === "eXIf") {
      if (pixels === undefined || end > png.length) break;
      return Buffer.concat([
        png.subarray(0, pixels),
        png.subarray(at, end),
        png.subarray(pixels, at),
        png.subarray(end),
      ]);
    }
    at = end;
  }
  return png;
}
