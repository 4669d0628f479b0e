/** How a stored face lies in a record: version, expiry, model, then the embedding as little-endian float32. */
import type { StoredFace } from "./store.js";

const formatVersion = 1;
/** version (1), length of the model's name (1), padding (6), expiry (8). */
const headerBytes = 16;

export function encodeFace(face: StoredFace): Buffer {
  const model = Buffer.from(face.recognitionModel, "utf8");
  if (model.length > 255) throw new RangeError("the recognition model's name is too long");
  const record = Buffer.alloc(headerBytes + model.length + face.embedding.length * 4);
  record.writeUInt8(formatVersion, 0);
  record.writeUInt8(model.length, 1);
  record.writeDoubleLE(face.expiresAt, 8);
  model.copy(record, headerBytes);
  const start = headerBytes + model.length;
  face.embedding.forEach((value, index) => record.writeFloatLE(value, start + index * 4));
  return record;
}

/** @throws RangeError for a record of a format that this version does not know. */
export function decodeFace(faceId: string, record: Buffer): StoredFace {
  if (record.readUInt8(0) !== formatVersion)
    throw new RangeError(`a stored face has format ${record.readUInt8(0)}`);
  const modelBytes = record.readUInt8(1);
  const start = headerBytes + modelBytes;
  const embedding = new Float32Array((record.length - start) / 4);
  for (let i = 0; i < embedding.length; i++) embedding[i] = record.readFloatLE(start + i * 4);
  return {
    faceId,
    recognitionModel: record.toString("utf8", headerBytes, start),
    expiresAt: record.readDoubleLE(8),
    embedding,
  };
}
