import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { readSettings } from "@mien/server/settings";
import { examineMachine, nodeVersion } from "./examination.js";
import type { Finding } from "./finding.js";

async function examine(dataDirectory: string, port: number): Promise<Map<string, Finding>> {
  const findings = new Map<string, Finding>();
  const settings = readSettings({ dataDirectory }, {});
  for await (const finding of examineMachine({ ...settings, port, workers: 3000 }))
    findings.set(finding.subject, finding);
  return findings;
}

it("finds native modules, a readable key and a taken port, and names what mends them", async () => {
  const folder = mkdtempSync(join(tmpdir(), "doctor-"));
  writeFileSync(join(folder, "key"), "k", { mode: 0o644 });
  writeFileSync(join(folder, "master-key"), "k", { mode: 0o640 });
  const busy = createServer();
  await new Promise<void>((resolve) => busy.listen(0, "127.0.0.1", resolve));
  const findings = await examine(folder, (busy.address() as AddressInfo).port);
  busy.close();
  rmSync(folder, { recursive: true });
  for (const subject of [
    "Node",
    "Platform",
    "sharp",
    "onnxruntime-node",
    "lmdb",
    "Data directory",
  ]) {
    expect(findings.get(subject), subject).toMatchObject({ state: "well" });
  }
  // Of those that the server would start: what the host has is not what a container may use.
  expect(findings.get("Memory")).toMatchObject({
    state: "warning",
    detail: expect.stringContaining("for 3000 workers") as string,
  });
  expect(findings.get("Key")).toMatchObject({
    state: "fault",
    remedy: `chmod 600 ${join(folder, "key")}`,
  });
  expect(findings.get("Master key")).toMatchObject({
    state: "fault",
    remedy: `chmod 600 ${join(folder, "master-key")}`,
  });
  expect(findings.get("Port")).toMatchObject({
    state: "warning",
    remedy: expect.stringContaining("--port 0") as string,
  });
});

it("makes no data directory: it would keep the service's user out of it", async () => {
  const folder = mkdtempSync(join(tmpdir(), "doctor-"));
  const finding = (await examine(join(folder, "var", "data"), 0)).get("Data directory");
  const made = readdirSync(folder);
  rmSync(folder, { recursive: true });
  expect(finding).toMatchObject({ state: "well" });
  expect(made).toEqual([]);
});

it("tells a data directory that cannot be", async () => {
  const folder = mkdtempSync(join(tmpdir(), "doctor-"));
  const file = join(folder, "file");
  writeFileSync(file, "");
  const finding = (await examine(join(file, "data"), 0)).get("Data directory");
  rmSync(folder, { recursive: true });
  expect(finding).toMatchObject({ state: "fault" });
  expect(finding?.detail).toContain("ENOTDIR");
  // No owner makes a folder of a file.
  expect(finding?.remedy).toContain("--data-dir");
});

it.each([
  ["203.0.113.7", "this machine has no such address"],
  ["0.0.0.0", "can be reached from other machines: set MIEN_API_KEYS"],
])("meets what keeps a server from listening on %s", async (host, refusal) => {
  const settings = readSettings(
    { host, port: "0", ...(host === "0.0.0.0" ? {} : { apiKeys: "k" }) },
    {},
  );
  for await (const finding of examineMachine(settings))
    if (finding.subject === "Port")
      expect(finding).toMatchObject({
        state: "fault",
        detail: expect.stringContaining(refusal) as string,
      });
  expect.assertions(1);
});

it.each([
  ["18.20.0", "fault"],
  ["20.18.3", "fault"],
  ["20.19.0", "well"],
  ["21.7.3", "fault"],
  ["22.11.0", "fault"],
  ["22.12.0", "well"],
  ["24.0.0", "well"],
])("judges Node %s as %s", (version, state) => {
  expect(nodeVersion(version).state).toBe(state);
});

it("judges Node as the package itself does", () => {
  const { engines } = JSON.parse(
    readFileSync(new URL("../package.json", import.meta.url), "utf8"),
  ) as { engines: { node: string } };
  expect(engines.node).toBe("^20.19.0 || >=22.12.0");
});
