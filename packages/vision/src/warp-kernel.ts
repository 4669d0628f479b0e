/** The compiled loop of `assembly/warp.ts` and the memory it works in: one of each thread. */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Affine } from "./affine.js";
import type { RgbPicture } from "./rgb-picture.js";
import { warpPlainly } from "./warp-plainly.js";

/** What is used of the platform's own; its types come with those of browsers, which this room does not see. */
const { WebAssembly: webAssembly } = globalThis as unknown as {
  readonly WebAssembly: {
    readonly Module: new (file: Uint8Array) => object;
    readonly Instance: new (module: object) => { readonly exports: unknown };
  };
};

interface Kernel {
  readonly memory: { readonly buffer: ArrayBuffer; grow(pages: number): number };
  warp(
    picture: number,
    width: number,
    height: number,
    ...rest: [...affine: number[], size: number, taps: number, out: number]
  ): void;
  halve(from: number, width: number, height: number, to: number): void;
  planar(crop: number, pixels: number, ...rest: [...means: number[], out: number]): void;
  weighted(crop: number, pixels: number, ...rest: [...weights: number[], out: number]): void;
}

/** A picture in the kernel's memory. */
interface Resident {
  readonly at: number;
  readonly width: number;
  readonly height: number;
}

const page = 65_536;
/** The crop comes first, then its floats, the picture, and the picture at half its size, a quarter, an eighth. */
const cropAt = 1024;
const largestCrop = 512;
const floatsAt = cropAt + largestCrop * largestCrop * 3 + 16;
const pictureAt = floatsAt + largestCrop * largestCrop * 3 * 4;
/**
 * Larger pictures, which only the second look at a picture without faces makes, are read where they lie: the kernel's
 * memory never shrinks, and each worker has one.
 */
const largestPictureBytes = 48_000_000;

let kernel: Kernel | undefined;
let bytes = new Uint8Array(0);
let values = new Float32Array(0);
/** The picture that lies in the kernel's memory: all crops of one follow each other. */
let current: WeakRef<Uint8Array> | undefined;
/** It and its halves, as far as they were needed. */
let sizes: Resident[] = [];

function open(): Kernel {
  const path = fileURLToPath(new URL("../dist/warp.wasm", import.meta.url));
  let file: Uint8Array;
  try {
    file = readFileSync(path);
  } catch (cause) {
    throw new Error(`${path} is not built: run \`npm run build\``, { cause });
  }
  return new webAssembly.Instance(new webAssembly.Module(file)).exports as Kernel;
}

/** A row and a vector beyond the last pixel are read, though they count nothing. */
function spaceOf({ width, height }: { readonly width: number; readonly height: number }): number {
  return Math.ceil((width * height * 3 + width * 3 + 16) / 16) * 16;
}

/** The kernel, with at least so much memory. */
function kernelOf(size: number): Kernel {
  kernel ??= open();
  const missing = size - kernel.memory.buffer.byteLength;
  if (missing > 0) kernel.memory.grow(Math.ceil(missing / page));
  if (bytes.buffer !== kernel.memory.buffer) {
    bytes = new Uint8Array(kernel.memory.buffer);
    values = new Float32Array(kernel.memory.buffer);
  }
  return kernel;
}

function load({ data, width, height }: RgbPicture): Kernel {
  // All halves together are smaller than a third of the whole, but for what is read beyond each.
  const own = kernelOf(pictureAt + Math.ceil(spaceOf({ width, height }) * 1.5) + page);
  if (current?.deref() === data) return own;
  bytes.set(data, pictureAt);
  current = new WeakRef(data);
  sizes = [{ at: pictureAt, width, height }];
  return own;
}

/** The picture that was loaded, halved so many times. */
function halved(own: Kernel, times: number): Resident {
  const known = sizes[times];
  if (known !== undefined) return known;
  const from = halved(own, times - 1);
  const at = from.at + spaceOf(from);
  own.halve(from.at, from.width, from.height, at);
  const half = { at, width: from.width >> 1, height: from.height >> 1 };
  sizes[times] = half;
  return half;
}

/**
 * As {@link warpPlainly}, to one grey level.
 * @param halvings how many times the picture is halved before the crop is read.
 */
export function warpKernel(
  picture: RgbPicture,
  map: Affine,
  size: number,
  taps: number,
  out: Uint8Array,
  halvings = 0,
): void {
  const { data } = picture;
  if (size > largestCrop || data.length > largestPictureBytes)
    return warpPlainly(picture, map, size, taps * 2 ** halvings, out);
  const own = load(picture);
  const { at, width, height } = halved(own, halvings);
  const share = 1 / 2 ** halvings;
  const { xx, xy, x0, yx, yy, y0 } = map;
  own.warp(
    at,
    width,
    height,
    xx * share,
    xy * share,
    x0 * share,
    yx * share,
    yy * share,
    y0 * share,
    size,
    taps,
    cropAt,
  );
  out.set(bytes.subarray(cropAt, cropAt + size * size * 3));
}

/**
 * (value - mean) * factor of each channel, plane by plane, of interleaved RGB bytes.
 * @param crop at most {@link largestCrop} squared pixels, a multiple of four.
 */
export function planarKernel(
  crop: Uint8Array,
  mean: readonly [number, number, number],
  factor: readonly [number, number, number],
  out: Float32Array,
  offset: number,
): void {
  const own = kernelOf(pictureAt);
  bytes.set(crop, cropAt);
  own.planar(cropAt, crop.length / 3, ...mean, ...factor, floatsAt);
  out.set(values.subarray(floatsAt / 4, floatsAt / 4 + crop.length), offset);
}

/** The weighted sum of each pixel's channels, of a crop as for {@link planarKernel}. */
export function weightedKernel(
  crop: Uint8Array,
  weights: readonly [number, number, number],
  out: Float32Array,
  offset: number,
): void {
  const own = kernelOf(pictureAt);
  bytes.set(crop, cropAt);
  own.weighted(cropAt, crop.length / 3, ...weights, floatsAt);
  out.set(values.subarray(floatsAt / 4, floatsAt / 4 + crop.length / 3), offset);
}
