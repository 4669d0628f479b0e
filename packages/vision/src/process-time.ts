/** How much of a processor another process has had. */
import { readFileSync } from "node:fs";

/** Linux counts a process's time in hundredths of a second, whatever its timer ticks at. */
const ticksPerSecond = 100;

/** Milliseconds in which any thread of the process ran; `undefined` where the system does not tell. */
export function processorTime(pid: number): number | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
    // The name of the program, in brackets, may hold anything. The third field follows it.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    const ticks = Number(fields[14 - 3]) + Number(fields[15 - 3]);
    return Number.isNaN(ticks) ? undefined : (ticks / ticksPerSecond) * 1000;
  } catch {
    return undefined;
  }
}
