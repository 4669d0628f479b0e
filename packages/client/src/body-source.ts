import type { AbortSignalLike } from "@azure/abort-controller";
import { unlessAborted } from "./unless-aborted.js";

/**
 * The bytes of a picture or of a prepared JSON body: a typed array or another view of a buffer, an `ArrayBuffer`, a `Blob`
 * or `File`, a web stream, or an async iterable of chunks of bytes, such as a Node stream.
 */
export type BodySource =
  | ArrayBufferView
  | ArrayBuffer
  | Blob
  | ReadableStream<Uint8Array | ArrayBuffer>
  | AsyncIterable<Uint8Array | ArrayBuffer | string>;

/** Tells prepared bytes from an object that is still to be written as JSON. */
export function isBodySource(value: unknown): value is BodySource {
  if (typeof value !== "object" || value === null) return false;
  return isBytes(value) || isBlob(value) || isWebStream(value) || Symbol.asyncIterator in value;
}

/**
 * Reads the whole source. A stream is read into memory before anything is sent, so that a retry sends the same bytes;
 * the service accepts pictures of 6 MB at most.
 * @param signal ends the reading, and tells the stream that nobody wants the rest.
 * @throws AbortError; TypeError when the source is none of the accepted forms, a web stream that is locked or was read from,
 *   a Node stream that was read to its end, or anything that was read here before and has nothing more to give.
 */
export async function readBody(source: BodySource, signal?: AbortSignalLike): Promise<Uint8Array> {
  if (!isBodySource(source))
    throw new TypeError("expected a Uint8Array, ArrayBuffer, Blob or stream");
  if (isBytes(source)) return bytesOf(source);
  if (isBlob(source))
    return new Uint8Array(await unlessAborted(source.arrayBuffer(), { abortSignal: signal }));
  const chunks = await collect(chunksOf(source), signal);
  // A generator does not tell whether it is used up.
  if (chunks.length === 0 && readBefore.has(source)) throw new TypeError(usedUp);
  readBefore.add(source);
  return joinChunks(chunks);
}

const usedUp = "the stream has already been read";
const readBefore = new WeakSet<object>();

function bytesOf(source: ArrayBufferView | ArrayBuffer): Uint8Array {
  if (!ArrayBuffer.isView(source)) return new Uint8Array(source);
  return new Uint8Array(source.buffer, source.byteOffset, source.byteLength);
}

// None by its class: bytes, a Blob or a stream may come from another realm, such as that of a test runner, or from a
// library's own implementation.
function isBytes(value: unknown): value is ArrayBufferView | ArrayBuffer {
  return (
    ArrayBuffer.isView(value) || Object.prototype.toString.call(value) === "[object ArrayBuffer]"
  );
}

function isBlob(value: object): value is Blob {
  return typeof (value as Partial<Blob>).arrayBuffer === "function";
}

function isWebStream(value: object): value is ReadableStream<unknown> {
  return typeof (value as Partial<ReadableStream>).getReader === "function";
}

interface Chunks {
  next(): Promise<IteratorResult<unknown, unknown>>;
  /** Says that nobody reads on. */
  letGo(): unknown;
}

function chunksOf(source: ReadableStream<unknown> | AsyncIterable<unknown>): Chunks {
  if (isWebStream(source)) {
    checkUnread(source);
    // Not every browser iterates over its streams.
    const reader = source.getReader();
    return { next: () => reader.read(), letGo: () => reader.cancel() };
  }
  // It would yield nothing, and the service find fault with an empty picture.
  if ((source as { readableEnded?: unknown }).readableEnded === true) throw new TypeError(usedUp);
  const iterator = source[Symbol.asyncIterator]();
  const { destroy } = source as { destroy?: () => unknown };
  return {
    next: () => iterator.next(),
    // An iterator hears of it after its next chunk, which may never come; a Node stream can be told at once.
    letGo: () => (typeof destroy === "function" ? destroy.call(source) : iterator.return?.()),
  };
}

/** A stream does not tell whether it was read from, but the platform takes none that was for the body of an answer. */
function checkUnread(source: ReadableStream<unknown>): void {
  // Of another library's stream it would make another stream, and so begin to read it.
  if (!(source instanceof ReadableStream)) return;
  try {
    new Response(source as ReadableStream<Uint8Array<ArrayBuffer>>);
  } catch (cause) {
    throw new TypeError(usedUp, { cause });
  }
}

async function collect(source: Chunks, signal: AbortSignalLike | undefined): Promise<Uint8Array[]> {
  const chunks: Uint8Array[] = [];
  try {
    for (;;) {
      const { done, value } = await unlessAborted(source.next(), { abortSignal: signal });
      if (done === true) return chunks;
      if (!isBytes(value)) {
        throw new TypeError(
          typeof value === "string"
            ? "the stream yields text; read it without an encoding"
            : "the stream yields something other than bytes",
        );
      }
      // A copy: who reads a file piece by piece may give the same buffer each time.
      chunks.push(bytesOf(value).slice());
    }
  } catch (error) {
    Promise.resolve()
      .then(() => source.letGo())
      .catch(() => undefined);
    throw error;
  }
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
