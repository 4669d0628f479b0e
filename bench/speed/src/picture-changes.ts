/** What is done to pixels: decoding, other sizes, turns and crops. */
import { squareCrop } from "@mien/vision/affine";
import { decodePicture } from "@mien/vision/decode";
import { PictureSizes } from "@mien/vision/picture-sizes";
import { resizedPicture } from "@mien/vision/resized-picture";
import { turned } from "@mien/vision/turned-picture";
import { warpKernel } from "@mien/vision/warp-kernel";
import { warpPlainly } from "@mien/vision/warp-plainly";
import sharp from "sharp";
import type { Change } from "./change.js";
import { photographs, scene } from "./pictures.js";

export const pictureChanges: readonly Change[] = [
  {
    change: "each size of a picture from the next larger one",
    before: "1024, 640 and 320 pixels, each from 1920",
    after: "each from the one before",
    kept: true,
    async prepare() {
      const { picture } = await decodePicture((await photographs())[0]!);
      const heights = [1024, 640, 320].map(
        (width) => [width, Math.round((width * picture.height) / picture.width)] as const,
      );
      return {
        before: () => {
          for (const [width, height] of heights) resizedPicture(picture, width, height);
          return Promise.resolve();
        },
        after: () => {
          const sizes = new PictureSizes(picture);
          for (const [width, height] of heights) sizes.at(width, height);
          return Promise.resolve();
        },
      };
    },
  },
  {
    change: "sizes of a picture by a loop of our own",
    before: "1024, 640 and 320 pixels, each from the one before, by libvips",
    after: "the same with vector instructions, no call of libvips",
    kept: true,
    async prepare() {
      const { picture } = await decodePicture((await photographs())[0]!);
      const height = (width: number): number =>
        Math.round((width * picture.height) / picture.width);
      return {
        before: async () => {
          let from = picture;
          for (const width of [1024, 640, 320]) {
            const data = await sharp(from.data, {
              raw: { width: from.width, height: from.height, channels: 3 },
            })
              .resize(width, height(width), { fit: "fill", kernel: "linear" })
              .raw()
              .toBuffer();
            from = { data, width, height: height(width) };
          }
        },
        after: () => {
          const sizes = new PictureSizes(picture);
          for (const width of [1024, 640, 320]) sizes.at(width, height(width));
          return Promise.resolve();
        },
      };
    },
  },
  {
    change: "pictures turned by a loop of our own",
    before: "640x427 to all other sides, by libvips",
    after: "the same in TypeScript; workers load no libvips",
    kept: true,
    async prepare() {
      const { picture } = await decodePicture((await photographs())[0]!);
      const small = resizedPicture(picture, 640, 427);
      const turns = [1, 2, 3] as const;
      return {
        before: async () => {
          for (const turn of turns)
            await sharp(small.data, { raw: { width: 640, height: 427, channels: 3 } })
              .rotate(turn * 90)
              .raw()
              .toBuffer();
        },
        after: () => {
          for (const turn of turns) turned(small, turn);
          return Promise.resolve();
        },
      };
    },
  },
  {
    change: "crops of large faces from halves of the picture",
    before: "36 samples of the picture for each pixel of the crop",
    after: "4 of the picture halved twice, halving included",
    kept: true,
    async prepare() {
      const { picture } = await decodePicture((await photographs())[0]!);
      const again = { ...picture, data: Uint8Array.from(picture.data) };
      const map = squareCrop({ x: 700, y: 600 }, 300, 0.1, 48);
      const crop = new Uint8Array(48 * 48 * 3);
      // As many as a photograph of five faces takes; by turns, so that the halves are made anew.
      const many = (taps: number, halvings: number) => (): Promise<void> => {
        warpKernel(again, map, 48, 1, crop);
        for (let turn = 0; turn < 50; turn++) warpKernel(picture, map, 48, taps, crop, halvings);
        return Promise.resolve();
      };
      return { before: many(6, 0), after: many(2, 2) };
    },
  },
  {
    change: "crops with vector instructions",
    before: "a loop in TypeScript",
    after: "the same loop in AssemblyScript",
    kept: true,
    async prepare() {
      const { picture } = await decodePicture((await photographs())[0]!);
      const map = squareCrop({ x: 700, y: 700 }, 400, 0.1, 192);
      const crop = new Uint8Array(192 * 192 * 3);
      const many = (warp: typeof warpPlainly) => (): Promise<void> => {
        for (let turn = 0; turn < 10; turn++) warp(picture, map, 192, 2, crop);
        return Promise.resolve();
      };
      return { before: many(warpPlainly), after: many(warpKernel) };
    },
  },
  {
    change: "crops by libvips",
    before: "the loop in AssemblyScript",
    after: "extract, affine and resize of sharp",
    kept: false,
    async prepare() {
      const { picture } = await decodePicture((await photographs())[0]!);
      const map = squareCrop({ x: 700, y: 700 }, 400, 0.1, 192);
      const crop = new Uint8Array(192 * 192 * 3);
      return {
        before: () => Promise.resolve(warpKernel(picture, map, 192, 2, crop)),
        after: () =>
          sharp(picture.data, {
            raw: { width: picture.width, height: picture.height, channels: 3 },
          })
            .extract({ left: 450, top: 450, width: 500, height: 500 })
            .rotate(-5.7)
            .resize(192, 192, { kernel: "linear" })
            .raw()
            .toBuffer(),
      };
    },
  },
  {
    change: "sRGB's own profile left out",
    before: "converted by it",
    after: "the same pixels, decoded only",
    kept: true,
    async prepare() {
      const file = (await photographs())[0]!;
      return {
        before: () => sharp(file).raw().toBuffer(),
        after: () => decodePicture(file),
      };
    },
  },
  {
    change: "decoding 12 megapixels at half size",
    before: "whole, then resized",
    after: "shrunk while decoding",
    kept: true,
    async prepare() {
      const file = await scene("4000x3000", 5);
      return {
        before: async () => {
          const { data, info } = await sharp(file).raw().toBuffer({ resolveWithObject: true });
          await sharp(data, { raw: { width: info.width, height: info.height, channels: 3 } })
            .resize(2000, 1500)
            .raw()
            .toBuffer();
        },
        after: () => decodePicture(file),
      };
    },
  },
];
