/** Embeddings side by side in one array: what a compiled loop reads, and what changes threads without a copy. */
import { faintFactor, type MatchCalibration } from "./matching.js";

/** Vectors as the compiled loop takes them: rows and row lengths are multiples of four. */
export interface PackedVectors {
  /** One row a vector, padded with zeros to `rowLength`; rows beyond `count` are zero. */
  readonly data: Float32Array<ArrayBuffer>;
  /** Of each vector, its {@link faintFactor}: the product of two is what a pair's logit loses. */
  readonly faintness: Float32Array<ArrayBuffer>;
  readonly count: number;
  readonly rowLength: number;
  /** Rows, with those that only fill up. */
  readonly rows: number;
}

function wholeFours(count: number): number {
  return Math.ceil(count / 4) * 4;
}

/**
 * Packs embeddings so that the plain dot product of two rows is the weighted sum of their parts' cosines.
 * @throws RangeError for a negative weight, whose square root there is none.
 */
export function packVectors(
  embeddings: readonly Float32Array[],
  calibration: MatchCalibration,
): PackedVectors {
  const { parts } = calibration;
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  const rowLength = wholeFours(length);
  const rows = wholeFours(embeddings.length);
  const data = new Float32Array(rows * rowLength);
  let offset = 0;
  for (const part of parts) {
    if (part.weight < 0) throw new RangeError("a part of an embedding has a negative weight");
    const scale = Math.sqrt(part.weight);
    for (const [row, embedding] of embeddings.entries()) {
      const at = row * rowLength;
      for (let i = offset; i < offset + part.length; i++) data[at + i] = embedding[i]! * scale;
    }
    offset += part.length;
  }
  return {
    data,
    faintness: Float32Array.from(embeddings, (embedding) => faintFactor(embedding, calibration)),
    count: embeddings.length,
    rowLength,
    rows,
  };
}
