/** Weight of the newest in the mean. */
const newest = 0.1;

/** A mean of times, in which what is longer ago counts less. */
export class MeanTime {
  #milliseconds = 0;

  /** 0 until one was counted. */
  get milliseconds(): number {
    return this.#milliseconds;
  }

  count(milliseconds: number): void {
    this.#milliseconds =
      this.#milliseconds === 0
        ? milliseconds
        : this.#milliseconds * (1 - newest) + milliseconds * newest;
  }
}
