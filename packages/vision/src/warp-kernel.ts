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
}

const page = 65_536;
/** The crop comes first, then the picture. */
const cropAt = 1024;
const largestCrop = 512;
const pictureAt = cropAt + largestCrop * largestCrop * 3;
/**
 * Larger pictures, which only the second look at a picture without faces makes, are read where they lie: the kernel's
 * memory never shrinks, and each worker has one.
 */
const largestPictureBytes = 48_000_000;

let kernel: Kernel | undefined;
let bytes = new Uint8Array(0);
/** The picture that lies in the kernel's memory: all crops of one follow each other. */
let current: WeakRef<Uint8Array> | undefined;

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

function load({ data, width }: RgbPicture): Kernel {
  kernel ??= open();
  if (current?.deref() === data) return kernel;
  // A row and a vector beyond the last pixel are read, though they count nothing.
  const needed = pictureAt + data.length + width * 3 + 16;
  const missing = needed - kernel.memory.buffer.byteLength;
  if (missing > 0) kernel.memory.grow(Math.ceil(missing / page));
  if (bytes.buffer !== kernel.memory.buffer) bytes = new Uint8Array(kernel.memory.buffer);
  bytes.set(data, pictureAt);
  current = new WeakRef(data);
  return kernel;
}

/** As {@link warpPlainly}, to one grey level. */
export function warpKernel(
  picture: RgbPicture,
  map: Affine,
  size: number,
  taps: number,
  out: Uint8Array,
): void {
  const { data, width, height } = picture;
  if (size > largestCrop || data.length > largestPictureBytes)
    return warpPlainly(picture, map, size, taps, out);
  const { xx, xy, x0, yx, yy, y0 } = map;
  load(picture).warp(pictureAt, width, height, xx, xy, x0, yx, yy, y0, size, taps, cropAt);
  out.set(bytes.subarray(cropAt, cropAt + size * size * 3));
}
