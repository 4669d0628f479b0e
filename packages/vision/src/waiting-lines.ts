/** A line for each owner of pictures, and whose turn it is. */
import { type QueuedPicture, WaitingLine } from "./waiting-line.js";

/** Lines that are remembered, with what their pictures take: there may be any number of owners over time. */
const remembered = 500;

/**
 * Pictures are served in rounds, each of which has at most one of each owner: one that comes belongs to the round that is
 * being served, or to the one after its owner's last. So nobody waits for all that another has sent at once, and those who
 * send one each are served first come, first served.
 */
export class WaitingLines<Picture extends QueuedPicture> {
  /** The longest unused first. */
  readonly #byOwner = new Map<string, WaitingLine<Picture>>();
  /** The one that is being served. */
  #round = 0;

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
    line.add(picture, since, this.#round);
  }

  /** Those in which pictures wait, from the one whose turn it is. */
  inTurn(): WaitingLine<Picture>[] {
    const waiting = [...this.all()].filter(({ length }) => length > 0);
    return waiting.sort(
      (one, other) => one.round - other.round || one.first!.since - other.first!.since,
    );
  }

  /** Takes the first of a line out to be served. */
  serveFirst(line: WaitingLine<Picture>): void {
    // Lines of later rounds may have gone before it, when its first had to wait for room.
    this.#round = Math.max(this.#round, line.round);
    line.serveFirst();
  }

  /** How many of the other's pictures are served before one that came to the line now. */
  countBefore(line: WaitingLine<Picture>, other: WaitingLine<Picture>): number {
    const round = Math.max(line.round, line.length === 0 ? this.#round : 0) + line.length;
    return Math.min(other.length, Math.max(0, round - other.round + 1));
  }

  /** Makes room for one more: the longest unused go, but none in which a picture waits. */
  #forgetUnused(): void {
    for (const [owner, line] of this.#byOwner) {
      if (this.#byOwner.size < remembered) return;
      if (line.length === 0) this.#byOwner.delete(owner);
    }
  }
}
