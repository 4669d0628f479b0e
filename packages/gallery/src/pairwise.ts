/**
 * All pairwise dot products by the compiled loop of `assembly/products.ts`. `@mien/vision` opens its loops in the same way
 * (`kernel-memory.ts`); no arrow leads from here to there, and twenty lines are no room of their own.
 */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { PackedVectors } from "./packed-vectors.js";

/** What is used of the platform's own; its types come with those of browsers, which this room does not see. */
const { WebAssembly: webAssembly } = globalThis as unknown as {
  readonly WebAssembly: {
    readonly Module: new (file: Uint8Array) => object;
    readonly Instance: new (module: object) => { readonly exports: unknown };
  };
};

interface Kernel {
  readonly memory: { readonly buffer: ArrayBuffer; grow(pages: number): number };
  products(vectors: number, count: number, length: number, out: number): void;
}

const page = 65_536;
const vectorsAt = 1024;
let kernel: Kernel | undefined;

function open(): Kernel {
  const path = fileURLToPath(new URL("../dist/products.wasm", import.meta.url));
  let file: Uint8Array;
  try {
    file = readFileSync(path);
  } catch (cause) {
    throw new Error(`${path} is not built: run \`npm run build\``, { cause });
  }
  return new webAssembly.Instance(new webAssembly.Module(file)).exports as Kernel;
}

/**
 * rows * rows numbers, of which row r holds the products with row r and those after it. A view of memory that the next
 * call overwrites.
 */
export function pairwiseProducts({ data, rows, rowLength }: PackedVectors): Float32Array {
  kernel ??= open();
  const outAt = vectorsAt + data.byteLength;
  const missing = outAt + rows * rows * 4 - kernel.memory.buffer.byteLength;
  if (missing > 0) kernel.memory.grow(Math.ceil(missing / page));
  const { buffer } = kernel.memory;
  new Float32Array(buffer, vectorsAt, data.length).set(data);
  kernel.products(vectorsAt, rows, rowLength, outAt);
  return new Float32Array(buffer, outAt, rows * rows);
}
