/** Pictures that wait for a worker: how many may, for how long, and which may be decoded at the same time. */
import { OverloadError } from "./analysis.js";

/** Bounds of the queue. */
export interface QueueLimits {
  readonly workers: number;
  /** Pictures that may wait. */
  readonly pictures: number;
  /** Bytes of files that may wait. */
  readonly bytes: number;
  /** Milliseconds that a picture may take from its arrival to its answer. */
  readonly wait: number;
  /** Pixels that may be in decoders at once; a picture that is larger still is decoded alone. */
  readonly pixels: number;
}

/** A picture that waits, and the caller who waits for it. */
export interface QueuedPicture {
  readonly file: Uint8Array;
  readonly pixels: number;
  readonly reject: (error: Error) => void;
  readonly signal?: AbortSignal | undefined;
}

interface Waiting<Picture> {
  readonly picture: Picture;
  /** Of the file when it came: it is empty once another call has handed the same buffer to a worker. */
  readonly bytes: number;
  readonly since: number;
}

/**
 * What is expected is allowed to be wrong by so much: a picture that is refused after it has waited has waited in vain.
 */
const caution = 1.15;

/** Weight of the newest picture in the mean of what pictures take. */
const newest = 0.1;

/** First come, first served, within the limits; a picture without room for its pixels holds up those behind it. */
export class PictureQueue<Picture extends QueuedPicture> {
  readonly #waiting: Waiting<Picture>[] = [];
  #bytes = 0;
  #pixels = 0;
  #atWork = 0;
  /** Milliseconds that a picture keeps a worker, on average; 0 until one has. */
  #serviceTime = 0;

  constructor(
    private readonly limits: QueueLimits,
    private readonly now: () => number = () => performance.now(),
  ) {}

  get length(): number {
    return this.#waiting.length;
  }

  /** Milliseconds until a picture that came now would be answered. */
  get expectedTime(): number {
    const { workers } = this.limits;
    const ahead = this.#atWork < workers ? 0 : (this.#waiting.length + 1) / workers;
    return this.#serviceTime * (ahead + 1);
  }

  /** @throws OverloadError at once, when the picture would wait too long or the queue is full. */
  add(picture: Picture): void {
    this.forgetGone();
    const { pictures, wait } = this.limits;
    const bytes = picture.file.length;
    const excess = this.expectedTime * caution - wait;
    if (
      this.#waiting.length >= pictures ||
      (this.#waiting.length > 0 && (excess > 0 || this.#bytes + bytes > this.limits.bytes))
    )
      throw new OverloadError(Math.max(1, Math.ceil(excess / 1000)));
    this.#waiting.push({ picture, bytes, since: this.now() });
    this.#bytes += bytes;
  }

  /**
   * The next picture that may be decoded; `undefined` when none waits or the pixels at work leave no room. Pictures
   * whose caller is gone, or that waited too long after all, are answered on the way.
   */
  take(): Picture | undefined {
    this.forgetGone();
    for (let head = this.#waiting[0]; head !== undefined; head = this.#waiting[0]) {
      const { picture, bytes, since } = head;
      const late = this.now() - since + this.#serviceTime > this.limits.wait && this.#atWork > 0;
      const fits = this.#atWork === 0 || this.#pixels + picture.pixels <= this.limits.pixels;
      if (!late && !fits) return undefined;
      this.#waiting.shift();
      this.#bytes -= bytes;
      if (late) picture.reject(new OverloadError(1));
      else {
        this.#pixels += picture.pixels;
        this.#atWork++;
        return picture;
      }
    }
    return undefined;
  }

  /** A picture that was taken has left its worker after so many milliseconds. */
  done(picture: Picture, milliseconds: number): void {
    this.#pixels -= picture.pixels;
    this.#atWork--;
    this.#serviceTime =
      this.#serviceTime === 0
        ? milliseconds
        : this.#serviceTime * (1 - newest) + milliseconds * newest;
  }

  /** Answers pictures whose caller is gone: they take nobody's place. */
  forgetGone(): void {
    for (let index = this.#waiting.length - 1; index >= 0; index--) {
      const { picture, bytes } = this.#waiting[index]!;
      if (picture.signal?.aborted !== true) continue;
      this.#waiting.splice(index, 1);
      this.#bytes -= bytes;
      picture.reject(picture.signal.reason as Error);
    }
  }

  /** Answers all that wait with an error. */
  rejectAll(error: Error): void {
    for (const { picture } of this.#waiting.splice(0)) picture.reject(error);
    this.#bytes = 0;
  }
}
