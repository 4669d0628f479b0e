/** How many pieces are kept apart before they become one. */
const mostApart = 1024;

/**
 * Bytes that come in pieces. Each piece is an object, which takes some four hundred bytes however little it holds: six
 * million chunks of one byte, which a picture may have, would take gigabytes if all were kept until the last has come.
 */
export class CollectedBytes {
  readonly #joined: Buffer[] = [];
  #apart: Buffer[] = [];
  #length = 0;

  /** How many have come, whether they were let go of or not. */
  get length(): number {
    return this.#length;
  }

  add(piece: Buffer): void {
    this.#length += piece.length;
    this.#apart.push(piece);
    if (this.#apart.length < mostApart) return;
    this.#joined.push(Buffer.concat(this.#apart));
    this.#apart = [];
  }

  /** Lets go of what has come. */
  drop(): void {
    this.#joined.length = 0;
    this.#apart = [];
  }

  all(): Buffer {
    return Buffer.concat([...this.#joined, ...this.#apart]);
  }
}
