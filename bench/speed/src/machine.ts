/** What a measurement ran on. */
import { readFile } from "node:fs/promises";
import { cpus, loadavg } from "node:os";
import { cpuQuota } from "@mien/vision/cpu-quota";

export interface Machine {
  readonly processor: string;
  readonly cores: number;
  readonly node: string;
  /** Threads of other programs that wanted a core when the measurement began; from 1 on, only ratios say something. */
  readonly load: number;
}

export async function thisMachine(): Promise<Machine> {
  const load = await readFile("/proc/loadavg", "utf8").then(
    (text) => Number(text.split(" ", 1)[0]),
    () => loadavg()[0]!,
  );
  return {
    processor: cpus()[0]?.model ?? "unknown",
    cores: cpuQuota(),
    node: process.version,
    load,
  };
}
