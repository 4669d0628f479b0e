/** Pictures that wait for a worker: how many may, for how long, and which may be decoded at the same time. */
import { OverloadError } from "./analysis.js";
import { exceedsShare } from "./fair-share.js";
import { UsualTime } from "./usual-time.js";
import type { QueuedPicture, Waiting, WaitingLine } from "./waiting-line.js";
import { WaitingLines } from "./waiting-lines.js";

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

/**
 * What is expected is allowed to be wrong by so much: a picture that is refused after it has waited has waited in vain.
 */
const caution = 1.15;

/** The part of the wait within which a picture is begun, whatever it may take. */
const worthTrying = 1 / 4;

/**
 * The pictures of one owner are served first come, first served, the owners by turns, within the limits. A picture without
 * room for its pixels holds up those behind it in its line. Other lines may send as many past it as there are workers, so
 * that they do not stand still for it; then they wait too, until it has room, so that it is not passed for ever.
 */
export class PictureQueue<Picture extends QueuedPicture> {
  readonly #lines = new WaitingLines<Picture>();
  #pixels = 0;
  #atWork = 0;
  /** How long a picture keeps a worker, whosever it is. */
  readonly #serviceTime = new UsualTime();

  constructor(
    private readonly limits: QueueLimits,
    private readonly now: () => number = () => performance.now(),
  ) {}

  get length(): number {
    return this.#lines.length;
  }

  /**
   * A picture whose caller is gone, or goes while it waits, is answered: it takes nobody's place.
   * @throws OverloadError at once, when the picture would wait too long or the queue is full.
   */
  add(picture: Picture): void {
    if (picture.signal?.aborted === true) {
      picture.reject(picture.signal.reason as Error);
      return;
    }
    const line = this.#lines.of(picture.owner);
    const { lines, time } = this.#othersBefore(line);
    const excess = this.#expectedTime(line, time) * caution - this.limits.wait;
    // Nobody is kept out for how long his own pictures take, nor for how long those of one other do: one picture may always
    // wait as long as any may, unless those of several before it take too long.
    const late = line.length > 0 ? excess > 0 : lines > 1 && time * caution > this.limits.wait;
    if (late || this.#isFull(line, picture.file.length))
      throw new OverloadError(Math.max(1, Math.ceil(excess / 1000)));
    this.#lines.add(line, picture, this.now());
  }

  /**
   * The next picture that may be decoded; `undefined` when none waits or the pixels at work leave no room. Pictures
   * that waited too long after all are answered on the way.
   */
  take(): Picture | undefined {
    this.#refuseLate();
    const overtaken: Waiting<Picture>[] = [];
    for (const line of this.#lines.inTurn()) {
      const first = line.first!;
      if (this.#hasRoomFor(first.picture)) {
        for (const waiting of overtaken) waiting.overtakenBy++;
        this.#lines.serveFirst(line);
        this.#pixels += first.picture.pixels;
        this.#atWork++;
        return first.picture;
      }
      if (first.overtakenBy >= this.limits.workers) return undefined;
      overtaken.push(first);
    }
    return undefined;
  }

  /**
   * A picture that was taken has left its worker.
   * @param milliseconds that it took; absent where that says nothing of other pictures, as it hung or was refused.
   */
  done(picture: Picture, milliseconds?: number): void {
    this.#pixels -= picture.pixels;
    this.#atWork--;
    if (milliseconds === undefined) return;
    this.#serviceTime.count(milliseconds);
    this.#lines.find(picture.owner)?.serviceTime.count(milliseconds);
  }

  /** Answers all that wait with an error. */
  rejectAll(error: Error): void {
    for (const line of this.#lines.all()) line.rejectAll(error);
  }

  /** Of one picture of the line: what all take, until enough of its own are known; 0 until enough of any are. */
  #serviceTimeOf(line: WaitingLine<Picture>): number {
    return line.serviceTime.milliseconds || this.#serviceTime.milliseconds;
  }

  /** Milliseconds until a picture that came to the line now would be answered. */
  #expectedTime(line: WaitingLine<Picture>, others: number): number {
    const { workers } = this.limits;
    const ahead = this.#atWork < workers ? 0 : (line.length + 1) / workers;
    return this.#serviceTimeOf(line) * (ahead + 1) + others;
  }

  /** How many other lines' pictures keep the workers before one that came to this line now, and for how many milliseconds. */
  #othersBefore(line: WaitingLine<Picture>): { lines: number; time: number } {
    const { workers } = this.limits;
    if (this.#atWork < workers) return { lines: 0, time: 0 };
    const before = this.#lines.before(line);
    let time = 0;
    for (const { other, count } of before) time += count * this.#serviceTimeOf(other);
    return { lines: before.length, time: time / workers };
  }

  #isFull(line: WaitingLine<Picture>, more: number): boolean {
    const { pictures, bytes } = this.limits;
    const lines = this.#lines;
    if (lines.length >= pictures || (lines.length > 0 && lines.bytes + more > bytes)) return true;
    return (
      lines.several &&
      (exceedsShare({ own: line.length, all: lines.length, limit: pictures }, 1) ||
        exceedsShare({ own: line.bytes, all: lines.bytes, limit: bytes }, more))
    );
  }

  /**
   * Answers those in front that waited so long that they would be late. How long they take is known by what else their owner
   * has had served, and by others' pictures never; and one that has hardly waited is worth a try, however slow those were:
   * or else an owner who had slow ones once would never be served again.
   */
  #refuseLate(): void {
    const now = this.now();
    const { wait } = this.limits;
    for (const line of this.#lines.all())
      for (let { first } = line; first !== undefined; { first } = line) {
        const limit = Math.max(wait - line.serviceTime.milliseconds, wait * worthTrying);
        if (now - first.since <= limit) break;
        line.removeFirst();
        first.picture.reject(new OverloadError(1));
      }
  }

  #hasRoomFor({ pixels }: Picture): boolean {
    return this.#atWork === 0 || this.#pixels + pixels <= this.limits.pixels;
  }
}
