/** How many times are remembered. */
const remembered = 16;

/** So many of the slowest are left out: one large picture, or one that the machine held up, says nothing of the others. */
const exceptions = 2;

/** The mean of the newest times without the slowest. */
export class UsualTime {
  readonly #newest: number[] = [];
  #milliseconds = 0;

  /** 0 until more were counted than are left out. */
  get milliseconds(): number {
    return this.#milliseconds;
  }

  count(milliseconds: number): void {
    this.#newest.push(milliseconds);
    if (this.#newest.length > remembered) this.#newest.shift();
    const usual = [...this.#newest].sort((one, other) => one - other).slice(0, -exceptions);
    // A mean and no median: who waits behind several waits for their sum.
    this.#milliseconds = usual.reduce((sum, time) => sum + time, 0) / Math.max(1, usual.length);
  }
}
