/** The pictures of one owner that wait for a worker. */
import { UsualTime } from "./usual-time.js";

/** A picture that waits, and the caller who waits for it. */
export interface QueuedPicture {
  readonly file: Uint8Array;
  readonly pixels: number;
  /** Whose it is: pictures of the same owner wait in one line. */
  readonly owner: string;
  readonly reject: (error: Error) => void;
  readonly signal?: AbortSignal | undefined;
}

/** A place in a line. */
export interface Waiting<Picture> {
  readonly picture: Picture;
  /** Of the file when it came: it is empty once another call has handed the same buffer to a worker. */
  readonly bytes: number;
  readonly since: number;
  /** Pictures of other owners that went before it when it was its turn. */
  overtakenBy: number;
}

/** First come, first served. */
export class WaitingLine<Picture extends QueuedPicture> {
  readonly #waiting: Waiting<Picture>[] = [];
  #bytes = 0;
  /** How long this owner's pictures keep a worker. */
  readonly serviceTime = new UsualTime();

  get length(): number {
    return this.#waiting.length;
  }

  get bytes(): number {
    return this.#bytes;
  }

  get first(): Waiting<Picture> | undefined {
    return this.#waiting[0];
  }

  add(picture: Picture, since: number): void {
    const bytes = picture.file.length;
    this.#waiting.push({ picture, bytes, since, overtakenBy: 0 });
    this.#bytes += bytes;
  }

  /** Takes the first out. */
  removeFirst(): void {
    this.#bytes -= this.#waiting.shift()?.bytes ?? 0;
  }

  /** Answers pictures whose caller is gone. */
  forgetGone(): void {
    for (let index = this.#waiting.length - 1; index >= 0; index--) {
      const { picture, bytes } = this.#waiting[index]!;
      if (picture.signal?.aborted !== true) continue;
      this.#waiting.splice(index, 1);
      this.#bytes -= bytes;
      picture.reject(picture.signal.reason as Error);
    }
  }

  rejectAll(error: Error): void {
    for (const { picture } of this.#waiting.splice(0)) picture.reject(error);
    this.#bytes = 0;
  }
}
