/** A line for each owner of pictures, and whose turn it is. */
import { type QueuedPicture, WaitingLine } from "./waiting-line.js";

/** Lines that are remembered, with what their pictures take: there may be any number of owners over time. */
const remembered = 500;

/**
 * A line in which nobody waited joins behind those in which somebody does, and one that was served goes behind them if more
 * wait in it. So before a picture that came to an empty line one of each other owner is served at most, whatever comes after
 * it, and those who send one each are served first come, first served.
 */
export class WaitingLines<Picture extends QueuedPicture> {
  /** The longest unused first. */
  readonly #byOwner = new Map<string, WaitingLine<Picture>>();
  /** From the one whose turn it is; some may have lost all that waited in them. */
  readonly #inTurn = new Set<WaitingLine<Picture>>();

  /** Whether there is more than one owner, as far as is remembered. */
  get several(): boolean {
    return this.#byOwner.size > 1;
  }

  /** Pictures in all lines. */
  get length(): number {
    let sum = 0;
    for (const line of this.all()) sum += line.length;
    return sum;
  }

  /** Bytes of the pictures in all lines. */
  get bytes(): number {
    let sum = 0;
    for (const line of this.all()) sum += line.bytes;
    return sum;
  }

  all(): Iterable<WaitingLine<Picture>> {
    return this.#byOwner.values();
  }

  /** The line of an owner, unless it was forgotten. */
  find(owner: string): WaitingLine<Picture> | undefined {
    return this.#byOwner.get(owner);
  }

  /** The line of an owner who has come; a new one if none is remembered. */
  of(owner: string): WaitingLine<Picture> {
    const known = this.#byOwner.get(owner);
    if (known === undefined) this.#forgetUnused();
    else this.#byOwner.delete(owner);
    const line = known ?? new WaitingLine<Picture>();
    this.#byOwner.set(owner, line);
    return line;
  }

  /** @param line of the picture's owner. */
  add(line: WaitingLine<Picture>, picture: Picture, since: number): void {
    if (line.length === 0) this.#toTheBack(line);
    line.add(picture, since);
  }

  /** Those in which pictures wait, from the one whose turn it is. */
  inTurn(): WaitingLine<Picture>[] {
    return [...this.#inTurn].filter(({ length }) => length > 0);
  }

  /** Takes the first of a line out to be served. */
  serveFirst(line: WaitingLine<Picture>): void {
    line.removeFirst();
    if (line.length > 0) this.#toTheBack(line);
    else this.#inTurn.delete(line);
  }

  /** The other lines, each with how many of its pictures are served before one that came to the line now. */
  before(line: WaitingLine<Picture>): { readonly other: WaitingLine<Picture>; count: number }[] {
    const before: { other: WaitingLine<Picture>; count: number }[] = [];
    // One for each that waits in the line, and one more if the turn is theirs first.
    let turns = line.length + 1;
    for (const other of this.inTurn())
      if (other === line) turns--;
      else before.push({ other, count: Math.min(other.length, turns) });
    return before;
  }

  #toTheBack(line: WaitingLine<Picture>): void {
    this.#inTurn.delete(line);
    this.#inTurn.add(line);
  }

  /** Makes room for one more: the longest unused go, but none in which a picture waits. */
  #forgetUnused(): void {
    for (const [owner, line] of this.#byOwner) {
      if (this.#byOwner.size < remembered) return;
      if (line.length > 0) continue;
      this.#byOwner.delete(owner);
      this.#inTurn.delete(line);
    }
  }
}
