import type { FaceDetectionResult } from "@mien/client";
import { limits } from "@mien/contract/limits";

/** A picture as the page holds it: a file. Decoded pictures are large; many of them would fill the memory. */
export interface Picture {
  readonly name: string;
  /** What is sent and shown: the file itself where the service accepts it. */
  readonly upload: Blob;
  /** Its size upright. */
  readonly width: number;
  readonly height: number;
}

/** How the files begin that the service accepts: JPEG, PNG, GIF and BMP. */
const acceptedBeginnings = ["\xff\xd8\xff", "\x89PNG", "GIF8", "BM"];
const shrunkSide = 4000;

/**
 * Reads a file. One that the service would refuse for its size or format, but the browser can show, becomes a JPEG.
 * @throws Error in words for people, when the browser cannot read it as a picture.
 */
export async function readPicture(file: File): Promise<Picture> {
  const { name } = file;
  let bitmap: ImageBitmap;
  try {
    bitmap = await createImageBitmap(file);
  } catch {
    throw new Error("This is no picture that the browser can show.");
  }
  try {
    const { width, height } = bitmap;
    const fits =
      (await isOfAcceptedFormat(file)) &&
      file.size <= limits.pictureBytes.maximum &&
      width * height <= limits.picturePixels.maximum;
    return { name, ...(fits ? { upload: file, width, height } : await shrink(bitmap)) };
  } finally {
    bitmap.close();
  }
}

/** By the file's first bytes: its type is what the browser takes from its name, and a WebP may be named `.jpg`. */
async function isOfAcceptedFormat(file: File): Promise<boolean> {
  const bytes = new Uint8Array(await file.slice(0, 4).arrayBuffer());
  const beginning = String.fromCharCode(...bytes);
  return acceptedBeginnings.some((accepted) => beginning.startsWith(accepted));
}

/** A picture as a JPEG that the service accepts: the noisier it is, the smaller it must become. */
async function shrink(bitmap: ImageBitmap): Promise<Omit<Picture, "name">> {
  for (let side = shrunkSide; ; side *= 0.7) {
    const scale = Math.min(1, side / Math.max(bitmap.width, bitmap.height));
    const width = Math.max(1, Math.round(bitmap.width * scale));
    const height = Math.max(1, Math.round(bitmap.height * scale));
    const shrunk = await createImageBitmap(bitmap, {
      resizeWidth: width,
      resizeHeight: height,
      resizeQuality: "high",
    });
    const upload = await toJpeg(shrunk);
    shrunk.close();
    if (upload.size <= limits.pictureBytes.maximum) return { upload, width, height };
  }
}

/**
 * Reads files one after the other. One that cannot be read is told of and passed over.
 * @param most pictures, after which no file is read.
 */
export async function readPictures(
  files: readonly File[],
  fail: (error: unknown, name: string) => void,
  most = Infinity,
): Promise<Picture[]> {
  const pictures: Picture[] = [];
  for (const file of files) {
    if (pictures.length === most) break;
    try {
      pictures.push(await readPicture(file));
    } catch (error) {
      fail(error, file.name);
    }
  }
  return pictures;
}

/** The picture, or a canvas, as a JPEG. */
export async function toJpeg(source: ImageBitmap | HTMLVideoElement): Promise<Blob> {
  const [width, height] =
    source instanceof HTMLVideoElement
      ? [source.videoWidth, source.videoHeight]
      : [source.width, source.height];
  const canvas = document.createElement("canvas");
  canvas.width = width;
  canvas.height = height;
  canvas.getContext("2d")!.drawImage(source, 0, 0);
  return new Promise((resolve, reject) => {
    canvas.toBlob(
      (blob) => (blob === null ? reject(new Error("no JPEG could be made")) : resolve(blob)),
      "image/jpeg",
      0.92,
    );
  });
}

/** A cut of each face, for which the picture is decoded and forgotten again. @param describe by the face's place. */
export async function faceCuts(
  picture: Picture,
  faces: readonly FaceDetectionResult[],
  describe: (index: number) => string,
): Promise<HTMLCanvasElement[]> {
  if (faces.length === 0) return [];
  const bitmap = await createImageBitmap(picture.upload);
  try {
    return faces.map(({ faceRectangle }, index) => faceCut(bitmap, faceRectangle, describe(index)));
  } finally {
    bitmap.close();
  }
}

/** A square cut of a face with a little room around it. */
function faceCut(
  bitmap: ImageBitmap,
  rectangle: { left: number; top: number; width: number; height: number },
  description: string,
): HTMLCanvasElement {
  const shown = 144;
  const canvas = document.createElement("canvas");
  canvas.width = shown;
  canvas.height = shown;
  canvas.className = "face-cut";
  canvas.setAttribute("role", "img");
  canvas.setAttribute("aria-label", description);
  const side = Math.max(rectangle.width, rectangle.height) * 1.3;
  const left = rectangle.left + rectangle.width / 2 - side / 2;
  const top = rectangle.top + rectangle.height / 2 - side / 2;
  canvas.getContext("2d")!.drawImage(bitmap, left, top, side, side, 0, 0, shown, shown);
  return canvas;
}
