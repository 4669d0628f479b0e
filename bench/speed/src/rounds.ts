/**
 * Measures several contestants against each other on a machine that does other things too: in every round each runs
 * once, and what is compared are the rounds, not the runs. A slow minute slows them all.
 */
import { quantile } from "./statistics.js";

/** Work that is measured; what it returns is dropped. */
export type Contestants = Readonly<Record<string, () => Promise<unknown>>>;

export interface Timing {
  /** Milliseconds on the clock. */
  readonly minimum: number;
  readonly median: number;
  /** Milliseconds of processor time of the whole process, median; more than `median` where several cores help. */
  readonly processor: number;
}

export interface Comparison {
  readonly timings: Readonly<Record<string, Timing>>;
  /** Each contestant's time over the base's in the same round: median of the rounds. */
  readonly ratios: Readonly<Record<string, number>>;
}

/** @param base the contestant whose ratio is 1. */
export async function compare(
  contestants: Contestants,
  base: string,
  rounds: number,
): Promise<Comparison> {
  const names = Object.keys(contestants);
  const wall = new Map(names.map((name) => [name, [] as number[]]));
  const processor = new Map(names.map((name) => [name, [] as number[]]));
  // The first round warms caches, arenas and compilers, and does not count.
  for (let round = -1; round < rounds; round++) {
    for (let turn = 0; turn < names.length; turn++) {
      const name = names[(turn + Math.max(0, round)) % names.length]!;
      const before = process.cpuUsage();
      const start = performance.now();
      await contestants[name]!();
      const milliseconds = performance.now() - start;
      const { user, system } = process.cpuUsage(before);
      if (round < 0) continue;
      wall.get(name)!.push(milliseconds);
      processor.get(name)!.push((user + system) / 1000);
    }
  }
  const reference = wall.get(base)!;
  return {
    timings: record(names, (name) => ({
      minimum: Math.min(...wall.get(name)!),
      median: quantile(wall.get(name)!, 0.5),
      processor: quantile(processor.get(name)!, 0.5),
    })),
    ratios: record(names, (name) =>
      quantile(
        wall.get(name)!.map((value, round) => value / reference[round]!),
        0.5,
      ),
    ),
  };
}

export function record<Value>(
  names: readonly string[],
  valueOf: (name: string) => Value,
): Record<string, Value> {
  return Object.fromEntries(names.map((name) => [name, valueOf(name)]));
}
