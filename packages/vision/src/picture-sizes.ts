import { resizedPicture } from "./resized-picture.js";
import type { RgbPicture } from "./rgb-picture.js";

/**
 * One picture at several sizes. Each is made of the smallest larger one that was asked for before: its pixels are fewer.
 * So they are asked for from large to small.
 */
export class PictureSizes {
  readonly #made: { readonly width: number; readonly picture: Promise<RgbPicture> }[];

  constructor(readonly original: RgbPicture) {
    this.#made = [{ width: original.width, picture: Promise.resolve(original) }];
  }

  /** The bytes are shared with others that ask for the same size. */
  at(width: number, height: number): Promise<RgbPicture> {
    const { original } = this;
    const sources = this.#made.filter(
      (size) => size.width >= width && size.width <= original.width,
    );
    const source = sources.reduce((least, size) => (size.width < least.width ? size : least), {
      width: Infinity,
      picture: Promise.resolve(original),
    });
    const picture = source.picture.then((from): RgbPicture | Promise<RgbPicture> =>
      from.width === width && from.height === height ? from : resizedPicture(from, width, height),
    );
    this.#made.push({ width, picture });
    return picture;
  }

  /** When all that were asked for so far are made. */
  async made(): Promise<void> {
    await Promise.all(this.#made.map(({ picture }) => picture));
  }
}
