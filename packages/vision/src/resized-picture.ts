/** Pictures at another size. */
import sharp from "sharp";
import type { RgbPicture } from "./rgb-picture.js";

/** The picture at that size. Its bytes are its own, so that a network may have them. */
export async function resizedPicture(
  picture: RgbPicture,
  width: number,
  height: number,
): Promise<RgbPicture> {
  if (width === picture.width && height === picture.height)
    return { ...picture, data: Uint8Array.from(picture.data) };
  const data = await sharp(picture.data, {
    raw: { width: picture.width, height: picture.height, channels: 3 },
    limitInputPixels: false,
  })
    .resize(width, height, { fit: "fill", kernel: "linear" })
    .raw()
    .toBuffer();
  return { data, width, height };
}
