/** Strangers' files become upright RGB, at the size the detectors work at. */
import sharp, { type OutputInfo, type Sharp } from "sharp";
import { PictureError } from "./analysis.js";
import { decodeBmp } from "./bmp.js";
import { pictureFormat } from "./picture-format.js";
import { maximumPixels } from "./picture-pixels.js";
import { withExifFirst } from "./png-exif.js";
import type { RgbPicture } from "./rgb-picture.js";
import { isSrgbProfile } from "./srgb-profile.js";

/**
 * Long side, pixels, above which pictures are decoded at a whole fraction of their size. The contract's smallest face
 * (36 px at 1920x1080) grows in proportion above it, so nothing that must be found is lost.
 */
const workingSide = 1920;

/**
 * Leaves this process the loaders of the contract's formats only: no others may see a stranger's bytes. One thread: a
 * worker is one core. libvips is one for the whole process, so this is for processes that do nothing else: the program
 * around a `localFaceClient` has pictures of its own.
 */
export function closeOtherLoaders(): void {
  sharp.block({ operation: ["VipsForeignLoad"] });
  sharp.unblock({
    operation: [
      "VipsForeignLoadJpegBuffer",
      "VipsForeignLoadPngBuffer",
      "VipsForeignLoadNsgifBuffer",
    ],
  });
  sharp.cache(false);
  sharp.concurrency(1);
}

/** A decoded picture, and the size that coordinates are answered in. */
export interface DecodedPicture {
  /** The upright picture at working size. */
  readonly picture: RgbPicture;
  /** Size of the upright picture as uploaded, pixels. */
  readonly width: number;
  readonly height: number;
}

/**
 * Decodes a JPEG, PNG, GIF (first frame) or BMP, applies its EXIF orientation and flattens transparency onto white. Copies
 * that it makes of the file or the picture are overwritten, but for what libvips has freed.
 * @throws PictureError `formatUnsupported` for anything else, `tooManyPixels` before allocating, `decoderFailed` for
 * broken or truncated files.
 */
export async function decodePicture(file: Uint8Array): Promise<DecodedPicture> {
  const format = pictureFormat(file);
  if (format === undefined) throw new PictureError("formatUnsupported");
  if (format === "bmp") return shrinkBitmap(decodeBmp(file, maximumPixels));
  const readable = format === "png" ? withExifFirst(file) : file;
  try {
    return await decodeByLibvips(readable, "error");
  } catch (cause) {
    if (cause instanceof PictureError) throw cause;
    const unended = format === "jpeg" ? await decodeUnendedJpeg(file) : undefined;
    if (unended !== undefined) return unended;
    throw new PictureError("decoderFailed", { cause });
  } finally {
    if (readable !== file) readable.fill(0);
  }
}

/**
 * Cameras that send their pictures as they go, and programs that cut files, leave out the mark of a JPEG's end. With one
 * put there, whatever else is missing shows as a warning, but for a last few rows.
 * @returns nothing when more is missing, or wrong.
 */
async function decodeUnendedJpeg(file: Uint8Array): Promise<DecodedPicture | undefined> {
  const ended = Buffer.concat([file, Buffer.of(0xff, 0xd9)]);
  try {
    return await decodeByLibvips(ended, "warning");
  } catch {
    return undefined;
  } finally {
    ended.fill(0);
  }
}

/** @throws PictureError `tooManyPixels`, Error for what libvips finds wrong. */
async function decodeByLibvips(
  file: Uint8Array,
  failOn: "error" | "warning",
): Promise<DecodedPicture> {
  const options = {
    limitInputPixels: false,
    failOn,
    pages: 1,
    animated: false,
    sequentialRead: true,
  } as const;
  const header = await sharp(file, options).metadata();
  const open = sharp(file, {
    ...options,
    ignoreIcc: header.icc !== undefined && isSrgbProfile(header.icc),
  });
  if (header.width * header.height > maximumPixels) throw new PictureError("tooManyPixels");
  const turned = (header.orientation ?? 1) >= 5;
  const width = turned ? header.height : header.width;
  const height = turned ? header.width : header.height;
  const { data, info } = await atWorkingSize(open.autoOrient(), width, height)
    .flatten({ background: "#ffffff" })
    .toColourspace("srgb")
    .raw({ depth: "uchar" })
    .toBuffer({ resolveWithObject: true });
  return {
    picture: { data: threeChannels(data, info), width: info.width, height: info.height },
    width,
    height,
  };
}

/** A whole factor lets libjpeg shrink while it decodes. */
function shrinkFactor(width: number, height: number): number {
  return Math.max(1, Math.floor(Math.max(width, height) / workingSide));
}

function atWorkingSize(pipeline: Sharp, width: number, height: number): Sharp {
  const factor = shrinkFactor(width, height);
  if (factor === 1) return pipeline;
  const side = (pixels: number): number => Math.max(1, Math.round(pixels / factor));
  return pipeline.resize(side(width), side(height), { fit: "fill" });
}

async function shrinkBitmap(bitmap: RgbPicture): Promise<DecodedPicture> {
  const { width, height } = bitmap;
  if (shrinkFactor(width, height) === 1) return { picture: bitmap, width, height };
  const { data, info } = await atWorkingSize(
    sharp(bitmap.data, { raw: { width, height, channels: 3 }, limitInputPixels: false }),
    width,
    height,
  )
    .raw()
    .toBuffer({ resolveWithObject: true });
  bitmap.data.fill(0);
  return { picture: { data, width: info.width, height: info.height }, width, height };
}

function threeChannels(data: Buffer, info: OutputInfo): Uint8Array {
  if (info.channels === 3) return data;
  if (info.channels !== 1) throw new PictureError("decoderFailed");
  const rgb = new Uint8Array(data.length * 3);
  for (let i = 0; i < data.length; i++) rgb.fill(data[i]!, i * 3, i * 3 + 3);
  data.fill(0);
  return rgb;
}
