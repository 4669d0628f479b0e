/** Quotas of made-up machines: files as Linux lays them out, below a folder. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, expect, it } from "vitest";
import { cgroupQuota, cpuQuota } from "./cpu-quota.js";

let machine: string | undefined;
afterEach(() => rmSync(machine!, { recursive: true, force: true }));

function machineWith(files: Readonly<Record<string, string>>): string {
  machine = mkdtempSync(join(tmpdir(), "mien-quota-"));
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(machine, path)), { recursive: true });
    writeFileSync(join(machine, path), `${text}\n`);
  }
  return machine;
}

function quotaOf(files: Readonly<Record<string, string>>): number | undefined {
  return cgroupQuota(machineWith(files));
}

const version2 = (root: string, at = "/sys/fs/cgroup") =>
  `30 23 0:26 ${root} ${at} rw,nosuid shared:4 - cgroup2 cgroup2 rw,nsdelegate`;
const version1 = (controllers: string, root: string) =>
  `33 25 0:29 ${root} /sys/fs/cgroup/${controllers} rw - cgroup cgroup rw,${controllers}`;
const proc = "23 1 0:21 / /proc rw - proc proc rw";

it("reads the quota of a container that has a namespace of its own", () => {
  const files = { "proc/self/cgroup": "0::/", "proc/self/mountinfo": `${proc}\n${version2("/")}` };
  expect(quotaOf({ ...files, "sys/fs/cgroup/cpu.max": "150000 100000" })).toBe(1.5);
  expect(quotaOf({ ...files, "sys/fs/cgroup/cpu.max": "max 100000" })).toBeUndefined();
});

it("takes the tightest of its own group's and of those above, where it sees the whole tree", () => {
  const files = {
    "proc/self/cgroup": "0::/system.slice/mien.service",
    "proc/self/mountinfo": `${proc}\n${version2("/")}`,
  };
  const own = "sys/fs/cgroup/system.slice/mien.service/cpu.max";
  const above = "sys/fs/cgroup/system.slice/cpu.max";
  expect(quotaOf({ ...files, [own]: "200000 100000" })).toBe(2);
  expect(quotaOf({ ...files, [own]: "max 100000", [above]: "300000 100000" })).toBe(3);
  expect(quotaOf({ ...files, [own]: "400000 100000", [above]: "50000 100000" })).toBe(0.5);
});

it("finds the tree wherever it is mounted, and its group where a part of the tree is", () => {
  expect(
    quotaOf({
      "proc/self/cgroup": "0::/pod/one",
      "proc/self/mountinfo": version2("/pod", "/run/my\\040groups"),
      "run/my groups/one/cpu.max": "250000 100000",
    }),
  ).toBe(2.5);
  // The name of another group that begins alike.
  expect(
    quotaOf({
      "proc/self/cgroup": "0::/pod-2/one",
      "proc/self/mountinfo": version2("/pod"),
      "sys/fs/cgroup/-2/one/cpu.max": "100000 100000",
      "sys/fs/cgroup/cpu.max": "600000 100000",
    }),
  ).toBe(6);
});

it("never leaves the tree for a group that is outside of what it sees", () => {
  expect(
    quotaOf({
      "proc/self/cgroup": "0::/../../elsewhere",
      "proc/self/mountinfo": version2("/"),
      "sys/elsewhere/cpu.max": "100000 100000",
      "elsewhere/cpu.max": "100000 100000",
      "sys/fs/cgroup/cpu.max": "500000 100000",
    }),
  ).toBe(5);
});

it("reads version 1, below the root and above", () => {
  const group = (path: string, quota: string) => ({
    [`sys/fs/cgroup/cpu,cpuacct${path}/cpu.cfs_quota_us`]: quota,
    [`sys/fs/cgroup/cpu,cpuacct${path}/cpu.cfs_period_us`]: "100000",
  });
  const whole = {
    "proc/self/cgroup": "5:memory:/elsewhere\n4:cpu,cpuacct:/docker/abc\n0::/",
    "proc/self/mountinfo": `${proc}\n${version1("cpu,cpuacct", "/")}\n${version1("memory", "/")}\n${version2("/", "/sys/fs/cgroup/unified")}`,
  };
  expect(quotaOf({ ...whole, ...group("", "-1"), ...group("/docker/abc", "150000") })).toBe(1.5);
  expect(quotaOf({ ...whole, ...group("/docker", "120000"), ...group("/docker/abc", "-1") })).toBe(
    1.2,
  );
  // A container sees its own group at the root.
  expect(
    quotaOf({
      ...whole,
      "proc/self/mountinfo": version1("cpu,cpuacct", "/docker/abc"),
      ...group("", "70000"),
    }),
  ).toBe(0.7);
});

it("knows none where there is none, or no such system", () => {
  expect(quotaOf({})).toBeUndefined();
  expect(
    quotaOf({ "proc/self/cgroup": "broken", "proc/self/mountinfo": "broken\n- cgroup2" }),
  ).toBeUndefined();
  expect(cpuQuota()).toBeGreaterThanOrEqual(1);
});

it.each([
  ["110000 100000", 2],
  ["190000 100000", 2],
  ["100000 100000", 1],
  ["20000 100000", 1],
  ["400000 100000", 4],
  ["1200000 100000", 8],
  ["max 100000", 8],
])("a quota of %s lets a host of 8 cores use %i", (quota, cores) => {
  const root = machineWith({
    "proc/self/cgroup": "0::/",
    "proc/self/mountinfo": version2("/"),
    "sys/fs/cgroup/cpu.max": quota,
  });
  expect(cpuQuota(root, 8)).toBe(cores);
});
