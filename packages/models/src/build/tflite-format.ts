/**
 * Reads TensorFlow Lite files: the part of `schema.fbs` (version 3) that inference models of faces use. Field and
 * operator numbers are the schema's.
 */
import { ByteBuffer } from "flatbuffers";
import { halfFloats } from "./half-float.js";

export interface TfliteTensor {
  readonly name: string;
  readonly shape: readonly number[];
  readonly type: number;
  /** The constant's bytes; empty for a tensor that is computed. */
  readonly data: Uint8Array;
}

export interface TfliteOperator {
  readonly code: number;
  /** Indices of tensors; -1 where an optional input is absent. */
  readonly inputs: readonly number[];
  readonly outputs: readonly number[];
  readonly options: FlatTable | undefined;
}

export interface TfliteModel {
  readonly tensors: readonly TfliteTensor[];
  readonly operators: readonly TfliteOperator[];
  readonly inputs: readonly number[];
  readonly outputs: readonly number[];
}

export const tensorType = { float32: 0, float16: 1, int32: 2 } as const;

export const operatorCode = {
  add: 0,
  concatenation: 2,
  convolution: 3,
  depthwiseConvolution: 4,
  dequantize: 6,
  fullyConnected: 9,
  sigmoid: 14,
  maxPool: 17,
  mul: 18,
  relu: 19,
  reshape: 22,
  softmax: 25,
  pad: 34,
  sub: 41,
  div: 42,
  exp: 47,
  prelu: 54,
  neg: 59,
  sum: 74,
  reduceMax: 82,
  abs: 101,
} as const;

/** One table of a FlatBuffer; fields by their number in the schema. */
export class FlatTable {
  constructor(
    private readonly buffer: ByteBuffer,
    private readonly position: number,
  ) {}

  static root(file: Uint8Array): FlatTable {
    const buffer = new ByteBuffer(file);
    return new FlatTable(buffer, buffer.readInt32(0));
  }

  #offset(field: number): number {
    return this.buffer.__offset(this.position, 4 + 2 * field);
  }

  #vector(field: number): { readonly start: number; readonly length: number } {
    const offset = this.#offset(field);
    if (offset === 0) return { start: 0, length: 0 };
    return {
      start: this.buffer.__vector(this.position + offset),
      length: this.buffer.__vector_len(this.position + offset),
    };
  }

  int32(field: number): number {
    const offset = this.#offset(field);
    return offset === 0 ? 0 : this.buffer.readInt32(this.position + offset);
  }

  int8(field: number): number {
    const offset = this.#offset(field);
    return offset === 0 ? 0 : this.buffer.readInt8(this.position + offset);
  }

  text(field: number): string {
    const offset = this.#offset(field);
    if (offset === 0) return "";
    const text = this.buffer.__string(this.position + offset);
    return typeof text === "string" ? text : new TextDecoder().decode(text);
  }

  integers(field: number): number[] {
    const { start, length } = this.#vector(field);
    return Array.from({ length }, (_, index) => this.buffer.readInt32(start + 4 * index));
  }

  bytes(field: number): Uint8Array {
    const { start, length } = this.#vector(field);
    return this.buffer.bytes().subarray(start, start + length);
  }

  table(field: number): FlatTable | undefined {
    const offset = this.#offset(field);
    if (offset === 0) return undefined;
    return new FlatTable(this.buffer, this.buffer.__indirect(this.position + offset));
  }

  tables(field: number): FlatTable[] {
    const { start, length } = this.#vector(field);
    return Array.from(
      { length },
      (_, index) => new FlatTable(this.buffer, this.buffer.__indirect(start + 4 * index)),
    );
  }
}

/** @throws TypeError for a file with no subgraph. */
export function readTflite(file: Uint8Array): TfliteModel {
  const root = FlatTable.root(file);
  // The deprecated byte holds codes below 127, the 32-bit field all of them in newer files.
  const codes = root.tables(1).map((code) => Math.max(code.int8(0), code.int32(3)));
  const [graph] = root.tables(2);
  if (graph === undefined) throw new TypeError("a TFLite file without a graph");
  const buffers = root.tables(4).map((buffer) => buffer.bytes(0));
  return {
    tensors: graph.tables(0).map((tensor) => ({
      shape: tensor.integers(0),
      type: tensor.int8(1),
      data: buffers[tensor.int32(2)] ?? new Uint8Array(),
      name: tensor.text(3),
    })),
    operators: graph.tables(3).map((operator) => ({
      code: codes[operator.int32(0)]!,
      inputs: operator.integers(1),
      outputs: operator.integers(2),
      options: operator.table(4),
    })),
    inputs: graph.integers(1),
    outputs: graph.integers(2),
  };
}

/** The constant's values as floats. */
export function constantFloats({ name, type, data }: TfliteTensor): Float32Array {
  if (type === tensorType.float16) return halfFloats(data);
  if (type === tensorType.float32) return new Float32Array(Uint8Array.from(data).buffer);
  throw new TypeError(`tensor ${name} holds no floats`);
}

/** The constant's values as whole numbers. */
export function constantIntegers({ name, type, data }: TfliteTensor): number[] {
  if (type !== tensorType.int32) throw new TypeError(`tensor ${name} holds no 32-bit integers`);
  return Array.from(new Int32Array(Uint8Array.from(data).buffer));
}
