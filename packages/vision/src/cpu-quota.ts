/** Cores that this process may use: the tightest quota of its control groups where there is one, else the host's. */
import { readFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";

/**
 * At least 1; a part of a core counts as one.
 * @param root of the file system that quotas are read from.
 * @param cores of the host.
 */
export function cpuQuota(root = "/", cores = availableParallelism()): number {
  const quota = cgroupQuota(root);
  return Math.max(1, Math.min(cores, quota === undefined ? cores : Math.ceil(quota)));
}

/**
 * Cores, or a part of one. A quota holds for all groups below the one that has it: outside a namespace of control groups,
 * as a service of systemd is, the process's own is somewhere below what is mounted.
 * @param root of the file system that is read.
 */
export function cgroupQuota(root = "/"): number | undefined {
  const groups = groupsOf(read(root, "/proc/self/cgroup"));
  let tightest = Infinity;
  for (const { version, group, folder } of mountsOf(read(root, "/proc/self/mountinfo"))) {
    const own = groups[version];
    if (own === undefined) continue;
    const folders = [folder];
    for (const name of namesBelow(group, own)) folders.push(join(folders.at(-1)!, name));
    for (const one of folders) tightest = Math.min(tightest, quotaIn(root, one, version));
  }
  return tightest === Infinity ? undefined : tightest;
}

type Version = "version1" | "version2";

/** Where groups of CPU time can be read. */
interface Mount {
  readonly version: Version;
  /** The group that is seen at the mount's root. */
  readonly group: string;
  readonly folder: string;
}

/** Empty where it cannot be read: on other systems, and where a group has no such file. */
function read(root: string, path: string): string {
  try {
    return readFileSync(join(root, path), "utf8").trim();
  } catch {
    return "";
  }
}

/** The process's own groups, of lines such as `0::/system.slice` and, of version 1, `4:cpu,cpuacct:/docker/abc`. */
function groupsOf(text: string): Partial<Record<Version, string>> {
  const groups: Partial<Record<Version, string>> = {};
  for (const line of text.split("\n")) {
    const [, hierarchy, controllers, group] = /^(\d+):([^:]*):(\/.*)$/.exec(line) ?? [];
    if (group === undefined) continue;
    if (hierarchy === "0") groups.version2 = group;
    else if (controllers?.split(",").includes("cpu") === true) groups.version1 = group;
  }
  return groups;
}

/** Of lines such as `30 23 0:26 / /sys/fs/cgroup rw shared:4 - cgroup2 cgroup2 rw`. */
function mountsOf(text: string): Mount[] {
  return text.split("\n").flatMap((line): Mount[] => {
    const [before = "", after = ""] = line.split(" - ");
    const [, , , group, folder] = before.split(" ").map(withoutEscapes);
    const [system, , options = ""] = after.split(" ");
    if (group === undefined || folder === undefined) return [];
    if (system === "cgroup2") return [{ version: "version2", group, folder }];
    const isOfCpu = system === "cgroup" && options.split(",").includes("cpu");
    return isOfCpu ? [{ version: "version1", group, folder }] : [];
  });
}

/** Blanks and the like are written as three octal digits. */
function withoutEscapes(word: string): string {
  return word.replace(/\\([0-7]{3})/g, (_escape, digits: string) =>
    String.fromCharCode(parseInt(digits, 8)),
  );
}

/** The way from one group down to another; none where the other is not below it, as seen from a namespace. */
function namesBelow(upper: string, group: string): string[] {
  const [from, to] = [upper, group].map((path) => path.split("/").filter((name) => name !== ""));
  const isBelow = from!.every((name, index) => to![index] === name) && !to!.includes("..");
  return isBelow ? to!.slice(from!.length) : [];
}

/** Cores; infinite where there is no limit. */
function quotaIn(root: string, folder: string, version: Version): number {
  const [limit, period] =
    version === "version2"
      ? read(root, join(folder, "cpu.max")).split(" ")
      : [
          read(root, join(folder, "cpu.cfs_quota_us")),
          read(root, join(folder, "cpu.cfs_period_us")),
        ];
  // "max" and -1 are none.
  const cores = Number(limit) / Number(period);
  return cores > 0 ? cores : Infinity;
}
