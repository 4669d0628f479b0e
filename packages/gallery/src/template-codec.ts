/**
 * A template as bytes: format version, precision, the recognition model's name, the embedding. What is written says how to
 * read it, so that templates of several precisions live side by side.
 */
import { floatFromHalf, halfFromFloat } from "./half-float.js";

/** Format 1 was the plain record of the first release; it is read by `upgrade-format-1.ts` only. */
const templateFormat = 2;

/** What is stored of a face. */
export interface Template {
  /** Name of the recognition model that made the embedding. */
  readonly recognitionModel: string;
  readonly embedding: Float32Array;
}

interface Precision {
  readonly code: number;
  /** Bytes of so many numbers. */
  bytes(length: number): number;
  write(embedding: Float32Array, into: Buffer, offset: number): void;
  read(from: Buffer, offset: number, into: Float32Array): void;
}

/** Numbers that share one scale in int8. Every network's vector is a multiple of it long, so no block spans two vectors. */
const blockLength = 64;

/**
 * How numbers of an embedding are written: 4 bytes each, 2 bytes each, or 1 byte each with a scale of 4 bytes for every 64.
 */
export const precisions = {
  float32: {
    code: 0,
    bytes: (length) => length * 4,
    write(embedding, into, offset) {
      for (let i = 0; i < embedding.length; i++) into.writeFloatLE(embedding[i]!, offset + i * 4);
    },
    read(from, offset, into) {
      for (let i = 0; i < into.length; i++) into[i] = from.readFloatLE(offset + i * 4);
    },
  },
  float16: {
    code: 1,
    bytes: (length) => length * 2,
    write(embedding, into, offset) {
      for (let i = 0; i < embedding.length; i++)
        into.writeUInt16LE(halfFromFloat(embedding[i]!), offset + i * 2);
    },
    read(from, offset, into) {
      for (let i = 0; i < into.length; i++)
        into[i] = floatFromHalf(from.readUInt16LE(offset + i * 2));
    },
  },
  int8: {
    code: 2,
    bytes: (length) => length + Math.ceil(length / blockLength) * 4,
    write(embedding, into, offset) {
      for (let start = 0; start < embedding.length; start += blockLength) {
        const end = Math.min(start + blockLength, embedding.length);
        let most = 0;
        for (let i = start; i < end; i++) most = Math.max(most, Math.abs(embedding[i]!));
        // The scale as it will be read, so that both sides round with the same number.
        const scale = Math.fround(most / 127);
        offset = into.writeFloatLE(scale, offset);
        const steps = scale === 0 ? 0 : 1 / scale;
        for (let i = start; i < end; i++)
          into[offset++] = Math.max(-127, Math.min(127, Math.round(embedding[i]! * steps)));
      }
    },
    read(from, offset, into) {
      for (let start = 0; start < into.length; start += blockLength) {
        const scale = from.readFloatLE(offset);
        offset += 4;
        const end = Math.min(start + blockLength, into.length);
        for (let i = start; i < end; i++) into[i] = scale * ((from[offset++]! << 24) >> 24);
      }
    },
  },
} as const satisfies Record<string, Precision>;

/** Keys of {@link precisions}. */
export type PrecisionName = keyof typeof precisions;

/**
 * int8 is a quarter of the size; `npm run bench:templates` measures that it costs no accuracy, but for the shortest vectors,
 * where rounding averages out over too few numbers.
 */
export function storedPrecision(length: number): PrecisionName {
  return length > 128 ? "int8" : "float16";
}

const byCode = new Map<number, Precision>(
  Object.values(precisions).map((precision) => [precision.code, precision]),
);

/** version (1), precision (1), length of the model's name (1), numbers (2), then the name and the numbers. */
const headerBytes = 5;

/** @throws RangeError for a name of more than 255 bytes or an embedding of more than 65,535 numbers. */
export function encodeTemplate(
  { recognitionModel, embedding }: Template,
  precision: PrecisionName = storedPrecision(embedding.length),
): Buffer {
  const name = Buffer.from(recognitionModel, "utf8");
  if (name.length > 255) throw new RangeError("the recognition model's name is too long");
  if (embedding.length > 0xffff) throw new RangeError("the embedding is too long");
  const used: Precision = precisions[precision];
  const start = headerBytes + name.length;
  const encoded = Buffer.alloc(start + used.bytes(embedding.length));
  encoded.writeUInt8(templateFormat, 0);
  encoded.writeUInt8(used.code, 1);
  encoded.writeUInt8(name.length, 2);
  encoded.writeUInt16LE(embedding.length, 3);
  name.copy(encoded, headerBytes);
  used.write(embedding, encoded, start);
  return encoded;
}

/** @throws RangeError for bytes of a format, precision or length that this version does not know. */
export function decodeTemplate(encoded: Buffer): Template {
  if (encoded.length < headerBytes || encoded.readUInt8(0) !== templateFormat)
    throw new RangeError(`a template has format ${encoded[0] ?? "none"}`);
  const precision = byCode.get(encoded.readUInt8(1));
  if (precision === undefined) throw new RangeError(`a template has precision ${encoded[1]}`);
  const start = headerBytes + encoded.readUInt8(2);
  const embedding = new Float32Array(encoded.readUInt16LE(3));
  if (encoded.length !== start + precision.bytes(embedding.length))
    throw new RangeError("a template is not as long as it says");
  precision.read(encoded, start, embedding);
  return { recognitionModel: encoded.toString("utf8", headerBytes, start), embedding };
}
