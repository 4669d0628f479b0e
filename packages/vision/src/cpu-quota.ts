/** Cores that this process may use: the container's quota where there is one, else the host's. */
import { readFileSync } from "node:fs";
import { availableParallelism } from "node:os";

/** At least 1. Reads cgroup v2's `cpu.max` ("max 100000" or "200000 100000"), then v1's files. */
export function cpuQuota(): number {
  const cores = availableParallelism();
  const quota = cgroupQuota();
  return Math.max(1, Math.min(cores, quota === undefined ? cores : Math.ceil(quota)));
}

function cgroupQuota(): number | undefined {
  const read = (path: string): string | undefined => {
    try {
      return readFileSync(path, "utf8").trim();
    } catch {
      return undefined;
    }
  };
  const [limit, period] = read("/sys/fs/cgroup/cpu.max")?.split(" ") ?? [
    read("/sys/fs/cgroup/cpu/cpu.cfs_quota_us"),
    read("/sys/fs/cgroup/cpu/cpu.cfs_period_us"),
  ];
  const cores = Number(limit) / Number(period);
  return Number.isFinite(cores) && cores > 0 ? cores : undefined;
}
