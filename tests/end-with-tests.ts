import type { ChildProcess } from "node:child_process";

/** Lets a process not outlive the tests, where one fails before it has stopped it. */
export function endWithTests(child: ChildProcess): void {
  const end = () => child.kill("SIGKILL");
  process.once("exit", end);
  child.once("exit", () => process.off("exit", end));
}
