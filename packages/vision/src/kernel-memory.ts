/** The compiled loops of `assembly` and the memory they work in: one of each thread. */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { RgbPicture } from "./rgb-picture.js";

/** What is used of the platform's own; its types come with those of browsers, which this room does not see. */
const { WebAssembly: webAssembly } = globalThis as unknown as {
  readonly WebAssembly: {
    readonly Module: new (file: Uint8Array) => object;
    readonly Instance: new (module: object) => { readonly exports: unknown };
  };
};

interface Loops {
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
  weighRows(rows: number, length: number, weights: number, count: number, out: number): void;
  weighColumns(row: number, columns: number, width: number, groups: number, out: number): void;
}

/** The loops with the memory as it is now. */
export interface Kernel extends Omit<Loops, "memory"> {
  readonly bytes: Uint8Array;
  readonly floats: Float32Array;
}

/** A picture in the kernel's memory. */
interface Resident {
  readonly at: number;
  readonly width: number;
  readonly height: number;
}

const page = 65_536;
/** The crop comes first, then its floats, the picture, and the picture at half its size, a quarter, an eighth. */
export const cropAt = 1024;
/** Side of the largest crop that has room, pixels. */
export const largestCrop = 512;
/** Where the crop's floats begin, bytes. */
export const floatsAt = cropAt + largestCrop * largestCrop * 3 + 16;
const pictureAt = floatsAt + largestCrop * largestCrop * 3 * 4;
/** Larger pictures are read where they lie: the kernel's memory never shrinks, and each worker has one. */
const largestPictureBytes = 48_000_000;

let loops: Loops | undefined;
let known: Kernel | undefined;
/** The picture that lies in the kernel's memory: all that is made of one follows each other. */
let current: WeakRef<Uint8Array> | undefined;
/** It and its halves, as far as they were needed. */
let sizes: Resident[] = [];
/** Where the room for them ends. */
let residentEnd = pictureAt;

function open(): Loops {
  const path = fileURLToPath(new URL("../dist/warp.wasm", import.meta.url));
  let file: Uint8Array;
  try {
    file = readFileSync(path);
  } catch (cause) {
    throw new Error(`${path} is not built: run \`npm run build\``, { cause });
  }
  return new webAssembly.Instance(new webAssembly.Module(file)).exports as Loops;
}

/** A row and a vector beyond the last pixel are read, though they count nothing. */
function spaceOf({ width, height }: { readonly width: number; readonly height: number }): number {
  return Math.ceil((width * height * 3 + width * 3 + 16) / 16) * 16;
}

/** The kernel, with at least so much memory. */
export function kernelOf(size = pictureAt): Kernel {
  loops ??= open();
  const missing = size - loops.memory.buffer.byteLength;
  if (missing > 0) loops.memory.grow(Math.ceil(missing / page));
  const { buffer } = loops.memory;
  if (known?.bytes.buffer !== buffer)
    known = { ...loops, bytes: new Uint8Array(buffer), floats: new Float32Array(buffer) };
  return known;
}

/** Whether a picture is small enough for the kernel's memory. */
export function fitsKernel({ data }: RgbPicture): boolean {
  return data.length <= largestPictureBytes;
}

/**
 * The picture in the kernel's memory, halved so many times; it stays there until another one comes.
 * @param picture one that {@link fitsKernel}.
 */
export function residentPicture({ data, width, height }: RgbPicture, halvings: number): Resident {
  // All halves together are smaller than a third of the whole, but for what is read beyond each.
  const end = pictureAt + Math.ceil(spaceOf({ width, height }) * 1.5) + page;
  const kernel = kernelOf(end);
  if (current?.deref() !== data) {
    kernel.bytes.set(data, pictureAt);
    current = new WeakRef(data);
    sizes = [{ at: pictureAt, width, height }];
    residentEnd = end;
  }
  return halved(kernel, halvings);
}

function halved(kernel: Kernel, times: number): Resident {
  const made = sizes[times];
  if (made !== undefined) return made;
  const from = halved(kernel, times - 1);
  const at = from.at + spaceOf(from);
  kernel.halve(from.at, from.width, from.height, at);
  const half = { at, width: from.width >> 1, height: from.height >> 1 };
  sizes[times] = half;
  return half;
}

/** Where the picture's bytes lie in the kernel's memory, if it is the last that came there. */
export function whereResident({ data }: RgbPicture): number | undefined {
  return current?.deref() === data ? pictureAt : undefined;
}

/** Room beside the picture, until the next call of the kernel: its address. */
export function scratch(size: number): { readonly kernel: Kernel; readonly at: number } {
  return { kernel: kernelOf(residentEnd + size), at: residentEnd };
}
