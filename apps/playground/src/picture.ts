import { limits } from "@mien/contract/limits";

/** A picture as the page holds it: what is sent, and what is shown. Nothing of it is kept. */
export interface Picture {
  readonly name: string;
  /** What is sent: the file itself where the service accepts it. */
  readonly upload: Blob;
  /** What is shown, upright. */
  readonly bitmap: ImageBitmap;
  readonly width: number;
  readonly height: number;
  readonly url: string;
}

const acceptedTypes = new Set(["image/jpeg", "image/png", "image/gif", "image/bmp"]);
const shrunkSide = 4000;

/**
 * Reads a file. One that the service would refuse for its size or format, but the browser can show, becomes a JPEG.
 * @throws Error in words for people, when the browser cannot read it as a picture.
 */
async function readPicture(file: File | Blob): Promise<Picture> {
  const name = file instanceof File ? file.name : "pasted picture";
  let bitmap: ImageBitmap;
  try {
    bitmap = await createImageBitmap(file);
  } catch {
    throw new Error(`${name} is not a picture that this browser can show.`);
  }
  const fits = acceptedTypes.has(file.type) && file.size <= limits.pictureBytes.maximum;
  if (!fits) {
    const scale = Math.min(1, shrunkSide / Math.max(bitmap.width, bitmap.height));
    const shrunk = await createImageBitmap(bitmap, {
      resizeWidth: Math.round(bitmap.width * scale),
      resizeHeight: Math.round(bitmap.height * scale),
      resizeQuality: "high",
    });
    bitmap.close();
    return finish(name, await toJpeg(shrunk), shrunk);
  }
  return finish(name, file, bitmap);
}

/** Reads files one after the other. One that cannot be read is told of and passed over. */
export async function readPictures(
  files: Iterable<File>,
  fail: (error: unknown) => void,
): Promise<Picture[]> {
  const pictures: Picture[] = [];
  for (const file of files) {
    try {
      pictures.push(await readPicture(file));
    } catch (error) {
      fail(error);
    }
  }
  return pictures;
}

function finish(name: string, upload: Blob, bitmap: ImageBitmap): Picture {
  const { width, height } = bitmap;
  return { name, upload, bitmap, width, height, url: URL.createObjectURL(upload) };
}

/** Forgets a picture that is no longer shown. */
export function releasePicture(picture: Picture): void {
  URL.revokeObjectURL(picture.url);
  picture.bitmap.close();
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

/** A square cut of a face with a little room around it. */
export function faceCut(
  picture: Picture,
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
  canvas.getContext("2d")!.drawImage(picture.bitmap, left, top, side, side, 0, 0, shown, shown);
  return canvas;
}
