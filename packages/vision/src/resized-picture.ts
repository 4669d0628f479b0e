/** Pictures at another size. */
import sharp from "sharp";
import type { RgbPicture } from "./rgb-picture.js";

/** The picture at another size. */
export async function resizedPicture(
  picture: RgbPicture,
  width: number,
  height: number,
): Promise<RgbPicture> {
  const data = await sharp(picture.data, {
    raw: { width: picture.width, height: picture.height, channels: 3 },
    limitInputPixels: false,
  })
    .resize(width, height, { fit: "fill", kernel: "linear" })
    .raw()
    .toBuffer();
  return { data, width, height };
}
