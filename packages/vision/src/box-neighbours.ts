/** Which of many boxes overlap another one: a crowd has thousands of boxes, and each overlaps a few. */
import { type Box, overlap } from "./boxes.js";

/** Boxes by their left edges, so that only those are compared that may overlap. */
export class BoxNeighbours {
  /** Indices of the boxes, by their left edges. */
  readonly #order: Uint32Array;
  readonly #lefts: Float64Array;

  constructor(readonly boxes: readonly Box[]) {
    this.#order = Uint32Array.from(boxes.keys()).sort((a, b) => boxes[a]!.left - boxes[b]!.left);
    this.#lefts = Float64Array.from(this.#order, (index) => boxes[index]!.left);
  }

  /**
   * Calls `visit` for each box whose intersection over union with `box` is `least` or more, from left to right.
   * @param least above 0, up to 1.
   */
  visit(box: Box, least: number, visit: (index: number, shared: number) => void): void {
    const width = box.right - box.left;
    // What both share is at least this part of each one's width.
    const last = box.right - least * width;
    for (let place = this.#placeOf(box.left - width * (1 / least - 1)); ; place++) {
      const left = this.#lefts[place];
      if (left === undefined || left > last) return;
      const index = this.#order[place]!;
      const shared = overlap(box, this.boxes[index]!);
      if (shared >= least) visit(index, shared);
    }
  }

  /** Whether one of them overlaps the box by more than `most`, which is above 0. */
  overlaps(box: Box, most: number): boolean {
    let found = false;
    this.visit(box, most, (_, shared) => {
      found ||= shared > most;
    });
    return found;
  }

  /** The first place whose box begins at `left` or right of it. */
  #placeOf(left: number): number {
    let [from, to] = [0, this.#lefts.length];
    while (from < to) {
      const middle = (from + to) >> 1;
      if (this.#lefts[middle]! < left) from = middle + 1;
      else to = middle;
    }
    return from;
  }
}
