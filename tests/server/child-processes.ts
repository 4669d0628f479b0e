/** Processes that another has started, as Linux tells of them. */
import { readdirSync, readFileSync } from "node:fs";

/** Decoders of a server: its child processes that run their script. */
export function decodersOf(parent: number): number[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .filter((name) => {
      try {
        const stat = readFileSync(`/proc/${name}/stat`, "utf8");
        return (
          Number(/\) \S (\d+) /.exec(stat)?.[1]) === parent &&
          readFileSync(`/proc/${name}/cmdline`, "utf8").includes("decoder-main")
        );
      } catch {
        return false;
      }
    })
    .map(Number);
}

/** Whether it runs; one that has ended and that nobody has heard of does not. */
export function isAlive(pid: number): boolean {
  try {
    return !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, "utf8"));
  } catch {
    return false;
  }
}
