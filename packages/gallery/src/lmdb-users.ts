/** Who else has an LMDB environment open. */
import type { RootDatabase } from "lmdb";

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

/** Processes that have read from the environment and live, this one excepted. */
export function otherUsers(root: RootDatabase): number[] {
  const pids = root
    .readerList()
    .split("\n")
    .map((line) => Number.parseInt(line, 10))
    .filter((pid) => Number.isInteger(pid) && pid !== process.pid && isAlive(pid));
  return [...new Set(pids)];
}
