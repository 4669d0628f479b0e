import { constants, openSync } from "node:fs";
import { readFile, stat } from "node:fs/promises";
import { Socket } from "node:net";
import type { FaceDetectionResult } from "@mien/client";
import { limits } from "@mien/contract/limits";
import { exitCodes } from "./exit-codes.js";
import { CommandFailure } from "./failure.js";

/** A picture as it is sent, and how much smaller than the file it is. */
export interface PictureUpload {
  readonly bytes: Uint8Array;
  /** Pixels of the upload for one pixel of the file, 1 where the file is sent as it is. */
  readonly scale: number;
}

/** Longest side of a picture that had to be shrunk, pixels: faces down to one percent of it are still found. */
const shrunkSide = 4000;
/** Node reads no file of so many bytes at once. */
const tooManyBytes = 2 ** 31;
/** A JPEG that is still too large becomes so much smaller along its sides. */
const shrinkAgain = 0.7;

/**
 * Reads a file for detection. JPEG, PNG, GIF and BMP files of up to 6 MB and 64 million pixels go as they are; larger ones,
 * and those of other formats that can be read, are sent as a smaller JPEG.
 * @throws CommandFailure for a file of 2 GiB or more, and the system errors of reading.
 */
export async function readForUpload(path: string, signal?: AbortSignal): Promise<PictureUpload> {
  const file = await readWhole(path, signal);
  // Loaded only now: doctor must be able to say that it does not load.
  const { default: sharp } = await import("sharp");
  try {
    const { autoOrient } = await sharp(file).metadata();
    const fits =
      isAcceptedFormat(file) &&
      file.byteLength <= limits.pictureBytes.maximum &&
      autoOrient.width * autoOrient.height <= limits.picturePixels.maximum;
    if (fits) return { bytes: file, scale: 1 };
    for (let side = shrunkSide; ; side = Math.round(side * shrinkAgain)) {
      const { data, info } = await sharp(file, { failOn: "none" })
        .autoOrient()
        .resize({ width: side, height: side, fit: "inside", withoutEnlargement: true })
        .jpeg({ quality: 88 })
        .toBuffer({ resolveWithObject: true });
      if (data.byteLength <= limits.pictureBytes.maximum)
        return { bytes: data, scale: info.width / autoOrient.width };
    }
  } catch {
    // What cannot be read here is the service's to refuse, in the service's words.
    return { bytes: file, scale: 1 };
  }
}

async function readWhole(path: string, signal: AbortSignal | undefined): Promise<Buffer> {
  const found = await stat(path);
  if (found.size >= tooManyBytes) throw tooLarge(path);
  return found.isFIFO() ? readPipe(path, signal) : readFile(path, { signal });
}

function tooLarge(path: string): CommandFailure {
  return new CommandFailure(
    `${path}: too large: a picture must be smaller than 2 GiB`,
    exitCodes.refused,
  );
}

/** Files are read in threads, where one that waits for a pipe's writer could not be ended, nor the process with it. */
async function readPipe(path: string, signal: AbortSignal | undefined): Promise<Buffer> {
  const fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  const parts: Buffer[] = [];
  let bytes = 0;
  const pipe = new Socket({ fd, writable: false, ...(signal === undefined ? {} : { signal }) });
  for await (const part of pipe as AsyncIterable<Buffer>) {
    parts.push(part);
    bytes += part.byteLength;
    if (bytes >= tooManyBytes) throw tooLarge(path);
  }
  return Buffer.concat(parts);
}

/** Puts a face of an upload back onto the pixels of its file. */
export function onFilePixels(face: FaceDetectionResult, scale: number): FaceDetectionResult {
  if (scale === 1) return face;
  const { top, left, width, height } = face.faceRectangle;
  const whole = (value: number) => Math.round(value / scale);
  const tenth = (value: number) => Math.round((value / scale) * 10) / 10;
  return {
    ...face,
    faceRectangle: {
      top: whole(top),
      left: whole(left),
      width: whole(width),
      height: whole(height),
    },
    ...(face.faceLandmarks === undefined
      ? {}
      : {
          faceLandmarks: Object.fromEntries(
            Object.entries(face.faceLandmarks).map(([name, { x, y }]) => [
              name,
              { x: tenth(x), y: tenth(y) },
            ]),
          ) as NonNullable<FaceDetectionResult["faceLandmarks"]>,
        }),
  };
}

function isAcceptedFormat(file: Uint8Array): boolean {
  const signatures = [
    [0xff, 0xd8, 0xff],
    [0x89, 0x50, 0x4e, 0x47],
    [0x47, 0x49, 0x46, 0x38],
    [0x42, 0x4d],
  ];
  return signatures.some((signature) => signature.every((byte, index) => file[index] === byte));
}
