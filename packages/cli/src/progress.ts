import stringWidth from "string-width";
import { plainText } from "./plain-text.js";

/** Where progress is drawn: a terminal, or something that is none and so shows nothing. */
export interface ProgressStream {
  readonly isTTY?: boolean | undefined;
  readonly columns?: number | undefined;
  write(text: string): unknown;
}

const barWidth = 24;
const drawEveryMilliseconds = 100;

/**
 * A line that tells how far a long job is and how long the rest will take. It is drawn on a terminal only, and only
 * for more than one step.
 */
export class ProgressBar {
  readonly #started: number;
  #done = 0;
  #drawnAt = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly stream: ProgressStream,
    private readonly label: string,
    private readonly total: number,
    private readonly now: () => number = () => performance.now(),
  ) {
    this.#started = now();
    this.#draw("");
  }

  /** One step is done; `detail` is what it was about. */
  step(detail: string): void {
    this.#done += 1;
    if (this.now() - this.#drawnAt >= drawEveryMilliseconds) this.#draw(detail);
  }

  /** Takes the line away. */
  finish(): void {
    if (this.#visible) this.stream.write("\r\u001b[2K");
  }

  get #visible(): boolean {
    return this.stream.isTTY === true && this.total > 1;
  }

  #draw(detail: string): void {
    if (!this.#visible) return;
    this.#drawnAt = this.now();
    const filled = Math.round((this.#done / this.total) * barWidth);
    const bar = "█".repeat(filled) + "░".repeat(barWidth - filled);
    const left = this.#done === 0 ? "" : `, ${formatDuration(this.#secondsLeft())} left`;
    const line = `${this.label} ${bar} ${this.#done}/${this.total}${left}  ${plainText(detail)}`;
    this.stream.write(`\r\u001b[2K${truncate(line, (this.stream.columns ?? 80) - 1)}`);
  }

  #secondsLeft(): number {
    const elapsed = (this.now() - this.#started) / 1000;
    return (elapsed / this.#done) * (this.total - this.#done);
  }
}

/** A length of time as people say it: `8 s`, `3 min 20 s`, `2 h 5 min`. */
export function formatDuration(seconds: number): string {
  const whole = Math.ceil(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`;
}

function truncate(line: string, width: number): string {
  if (stringWidth(line) <= width) return line;
  let kept = "";
  for (const character of line) {
    if (stringWidth(kept + character) > width - 1) break;
    kept += character;
  }
  return `${kept}…`;
}
