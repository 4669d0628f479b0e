/** A process that does nothing but note how late the system wakes it: what no server on this machine can do better than. */
import { fork } from "node:child_process";
import { once } from "node:events";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { fileURLToPath } from "node:url";

/** Milliseconds between two looks at the event loop, as prom-client's; what they tell of a delay includes them. */
export const samplingPeriod = 10;

export interface IdleProcess {
  /** Milliseconds beyond the timer's own, 99th percentile since the last call. */
  delayP99(): Promise<number>;
  close(): void;
}

export function startIdleProcess(): IdleProcess {
  const child = fork(fileURLToPath(import.meta.url), { stdio: "inherit" });
  return {
    async delayP99() {
      const answer = once(child, "message") as Promise<[number]>;
      child.send("tell");
      return (await answer)[0];
    },
    close: () => child.disconnect(),
  };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const delays = monitorEventLoopDelay({ resolution: samplingPeriod });
  delays.enable();
  process.on("message", () => {
    process.send!(delays.percentile(99) / 1e6 - samplingPeriod);
    delays.reset();
  });
}
