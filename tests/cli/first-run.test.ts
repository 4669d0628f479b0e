/** What a first start promises: a key of its own for its owner only, loopback only, and an orderly end. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { mienScript, startServer } from "./running-server.js";

describe("the first start", () => {
  it("makes a key that only its owner can read, is ready, and ends with 0 at SIGTERM", async () => {
    const server = await startServer();
    expect(statSync(join(server.dataDirectory, "key")).mode & 0o777).toBe(0o600);
    expect(server.key).toMatch(/^[0-9a-f]{64}$/);
    for (const path of ["healthz", "readyz"])
      expect((await fetch(`${server.endpoint}/${path}`)).status).toBe(200);
    expect(await server.stop()).toBe(0);
  });

  it("refuses to listen beyond this machine without a configured key", () => {
    const folder = mkdtempSync(join(tmpdir(), "mien-test-"));
    const { status, stderr } = spawnSync(
      process.execPath,
      [mienScript, "serve", "--host", "0.0.0.0", "--port", "0", "--data-dir", folder],
      { encoding: "utf8", env: { ...process.env, MIEN_API_KEYS: "" } },
    );
    rmSync(folder, { recursive: true, force: true });
    expect(status).toBe(2);
    expect(stderr).toContain("MIEN_API_KEYS");
  });
});
