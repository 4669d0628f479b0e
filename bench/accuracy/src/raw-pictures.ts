/** Between pictures in memory and sharp, which spoils, cuts and draws on them. */
import type { RgbPicture } from "@mien/vision/rgb-picture";
import sharp, { type Sharp } from "sharp";

export function toSharp({ data, width, height }: RgbPicture): Sharp {
  return sharp(data, { raw: { width, height, channels: 3 } });
}

/** @throws RangeError when the pipeline does not end in three channels. */
export async function fromSharp(pipeline: Sharp): Promise<RgbPicture> {
  const { data, info } = await pipeline.raw().toBuffer({ resolveWithObject: true });
  if (info.channels !== 3) throw new RangeError(`${info.channels} channels instead of three`);
  return { data, width: info.width, height: info.height };
}
