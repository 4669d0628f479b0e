/** Each change for speed against what it replaced, or was to replace: pairs of runs in one process. */
import { detectionChanges } from "./detection-changes.js";
import { networkChanges } from "./network-changes.js";
import { pictureChanges } from "./picture-changes.js";
import { compare } from "./rounds.js";
import { servingChanges } from "./serving-changes.js";

export interface ChangeRow {
  readonly change: string;
  readonly before: string;
  readonly after: string;
  readonly kept: boolean;
  /** Time after over time before, in the same round: median. */
  readonly ratio: number;
  /** Milliseconds, medians. */
  readonly beforeTime: number;
  readonly afterTime: number;
}

const changes = [...detectionChanges, ...pictureChanges, ...networkChanges, ...servingChanges];

/** @param words only changes whose names hold one of them; all when there are none. */
export async function measureChanges(words: readonly string[]): Promise<readonly ChangeRow[]> {
  const chosen = changes.filter(
    ({ change }) => words.length === 0 || words.some((word) => change.includes(word)),
  );
  const rows: ChangeRow[] = [];
  for (const { change, before, after, kept: isKept, prepare, rounds } of chosen) {
    const { close, ...contestants } = await prepare();
    try {
      const { timings, ratios } = await compare(contestants, "before", rounds ?? 25);
      rows.push({
        change,
        before,
        after,
        kept: isKept,
        ratio: ratios["after"]!,
        beforeTime: timings["before"]!.median,
        afterTime: timings["after"]!.median,
      });
      process.stderr.write(`  ${change}: ${ratios["after"]!.toFixed(2)}\n`);
    } finally {
      await close?.();
    }
  }
  return rows;
}
