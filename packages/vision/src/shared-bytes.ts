/** Bytes that two processes share, so that a decoded picture does not have to pass through a socket. */
import { randomUUID } from "node:crypto";
import { closeSync, ftruncateSync, openSync, readSync, unlinkSync, writeSync } from "node:fs";

/** Bytes of the largest buffer that is kept for the next: fresh memory costs more than what is copied into it. */
const mostKept = 12_000_000;

/** Linux's file system in memory. Elsewhere a file might reach a disk, where no picture may. */
const folder = "/dev/shm";

/** A file in memory that has no name: it is gone with the last process that has it open. */
export class SharedBytes {
  #kept = new Uint8Array(0);

  /** @param descriptor of a file in memory, which a child process inherits. */
  constructor(readonly descriptor: number) {}

  /** Undefined where there is no memory to share, and bytes go through the socket after all. */
  static create(): SharedBytes | undefined {
    if (process.platform !== "linux") return undefined;
    try {
      const path = `${folder}/mien-${randomUUID()}`;
      const descriptor = openSync(path, "wx+", 0o600);
      // Without a name, it is gone with the last process that has it open.
      unlinkSync(path);
      return new SharedBytes(descriptor);
    } catch {
      return undefined;
    }
  }

  /** @returns false when there is no room for them. */
  put(bytes: Uint8Array): boolean {
    try {
      for (let at = 0; at < bytes.length;) at += writeSync(this.descriptor, bytes, at, null, at);
      return true;
    } catch {
      return false;
    }
  }

  /** A copy of the first bytes, until the next is taken. @throws RangeError when there are fewer. */
  take(length: number): Uint8Array {
    if (length > this.#kept.length) this.#kept = new Uint8Array(length);
    const bytes = this.#kept.subarray(0, length);
    if (length > mostKept) this.#kept = new Uint8Array(0);
    for (let at = 0; at < length;) {
      const read = readSync(this.descriptor, bytes, at, length - at, at);
      if (read === 0) throw new RangeError(`${length} shared bytes were promised, there are ${at}`);
      at += read;
    }
    return bytes;
  }

  /** Gives the memory back; what was shared is gone. */
  release(): void {
    this.#kept = new Uint8Array(0);
    ftruncateSync(this.descriptor, 0);
  }

  close(): void {
    closeSync(this.descriptor);
  }
}
