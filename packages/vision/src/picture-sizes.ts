import { fitsKernel, residentPicture } from "./kernel-memory.js";
import { resizedPicture } from "./resized-picture.js";
import type { RgbPicture } from "./rgb-picture.js";

/**
 * One picture at several sizes. Each is made of the smallest larger one that was asked for before: its pixels are fewer.
 * So they are asked for from large to small.
 */
export class PictureSizes {
  readonly #made: RgbPicture[];

  constructor(readonly original: RgbPicture) {
    this.#made = [original];
  }

  /** The bytes are shared with others that ask for the same size. */
  at(width: number, height: number): RgbPicture {
    const { original } = this;
    let source = original;
    for (const size of this.#made)
      if (size.width >= width && size.width < source.width) source = size;
    if (source.width === width && source.height === height) return source;
    // The crops that follow are read from it too.
    if (source === original && fitsKernel(original)) residentPicture(original, 0);
    const picture = resizedPicture(source, width, height);
    this.#made.push(picture);
    return picture;
  }

  /** Not larger than `side` along its longer side; the picture itself where it is not. */
  within(side: number): RgbPicture {
    const { width, height } = this.original;
    const factor = side / Math.max(width, height);
    if (factor >= 1) return this.original;
    return this.at(
      Math.max(1, Math.round(width * factor)),
      Math.max(1, Math.round(height * factor)),
    );
  }
}
