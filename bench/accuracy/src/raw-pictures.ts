/** Between pictures in memory and sharp, which spoils, cuts and draws on them. */
import type { RgbPicture } from "@mien/vision/rgb-picture";
import sharp, { type Sharp } from "sharp";

export function toSharp({ data, width, height }: RgbPicture): Sharp {
  return sharp(data, { raw: { width, height, channels: 3 } });
}

/** @param pipeline of three channels. */
export async function fromSharp(pipeline: Sharp): Promise<RgbPicture> {
  const { data, info } = await pipeline.raw().toBuffer({ resolveWithObject: true });
  return { data, width: info.width, height: info.height };
}
