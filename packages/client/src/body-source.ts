/**
 * Bytes in any of the forms in which people hold a picture or a prepared JSON body: an array, a `Blob` or `File`, a
 * web stream, or anything that yields chunks, such as a Node stream.
 */
export type BodySource =
  Uint8Array | ArrayBuffer | Blob | ReadableStream<Uint8Array> | AsyncIterable<Uint8Array | string>;

/** Tells prepared bytes from an object that is still to be written as JSON. */
export function isBodySource(value: object): value is BodySource {
  return (
    value instanceof Uint8Array ||
    value instanceof ArrayBuffer ||
    isBlob(value) ||
    isWebStream(value) ||
    Symbol.asyncIterator in value
  );
}

/**
 * Reads the whole source. A stream is read into memory before anything is sent, so that a retry sends the same bytes;
 * the service accepts pictures of 6 MB at most.
 * @throws TypeError when the source is none of the accepted forms.
 */
export async function readBody(source: BodySource): Promise<Uint8Array> {
  if (source instanceof Uint8Array) return source;
  if (source instanceof ArrayBuffer) return new Uint8Array(source);
  if (isBlob(source)) return new Uint8Array(await source.arrayBuffer());
  if (isWebStream(source)) return readWebStream(source);
  if (typeof source === "object" && Symbol.asyncIterator in source) {
    return joinChunks(await collect(source));
  }
  throw new TypeError("expected a Uint8Array, ArrayBuffer, Blob or stream");
}

// By shape, not by class: a Blob or stream may come from another realm or from a library's own implementation.
function isBlob(value: object): value is Blob {
  return typeof (value as Partial<Blob>).arrayBuffer === "function";
}

function isWebStream(value: object): value is ReadableStream<Uint8Array> {
  return typeof (value as Partial<ReadableStream>).getReader === "function";
}

async function readWebStream(stream: ReadableStream<Uint8Array>): Promise<Uint8Array> {
  const reader = stream.getReader();
  const chunks: Uint8Array[] = [];
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return joinChunks(chunks);
    chunks.push(value);
  }
}

async function collect(source: AsyncIterable<Uint8Array | string>): Promise<Uint8Array[]> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of source) {
    if (typeof chunk === "string") {
      throw new TypeError("the stream yields text; read it without an encoding");
    }
    chunks.push(chunk);
  }
  return chunks;
}

function joinChunks(chunks: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(chunks.reduce((total, chunk) => total + chunk.byteLength, 0));
  let offset = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, offset);
    offset += chunk.byteLength;
  }
  return bytes;
}
