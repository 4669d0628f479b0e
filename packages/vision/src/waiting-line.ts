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

/** A place that knows those beside it: whoever leaves from the middle of thousands is not looked for. */
interface Place<Picture> extends Waiting<Picture> {
  previous: Place<Picture> | undefined;
  next: Place<Picture> | undefined;
  /** Its caller is not listened to any more. */
  readonly stopListening: () => void;
}

/** First come, first served. A picture whose caller goes is answered, and leaves its place at once. */
export class WaitingLine<Picture extends QueuedPicture> {
  #first: Place<Picture> | undefined;
  #last: Place<Picture> | undefined;
  #length = 0;
  #bytes = 0;
  /** How long this owner's pictures keep a worker. */
  readonly serviceTime = new UsualTime();

  get length(): number {
    return this.#length;
  }

  get bytes(): number {
    return this.#bytes;
  }

  get first(): Waiting<Picture> | undefined {
    return this.#first;
  }

  /** @param picture whose caller is there. */
  add(picture: Picture, since: number): void {
    const { signal } = picture;
    const leave = (): void => {
      this.#remove(place);
      picture.reject(signal!.reason as Error);
    };
    const place: Place<Picture> = {
      picture,
      bytes: picture.file.length,
      since,
      overtakenBy: 0,
      previous: this.#last,
      next: undefined,
      stopListening: () => signal?.removeEventListener("abort", leave),
    };
    signal?.addEventListener("abort", leave);
    if (this.#last === undefined) this.#first = place;
    else this.#last.next = place;
    this.#last = place;
    this.#length++;
    this.#bytes += place.bytes;
  }

  /** Takes the first out. */
  removeFirst(): void {
    if (this.#first !== undefined) this.#remove(this.#first);
  }

  rejectAll(error: Error): void {
    for (let first = this.#first; first !== undefined; first = this.#first) {
      this.#remove(first);
      first.picture.reject(error);
    }
  }

  #remove(place: Place<Picture>): void {
    const { previous, next } = place;
    if (previous === undefined) this.#first = next;
    else previous.next = next;
    if (next === undefined) this.#last = previous;
    else next.previous = previous;
    this.#length--;
    this.#bytes -= place.bytes;
    place.stopListening();
  }
}
