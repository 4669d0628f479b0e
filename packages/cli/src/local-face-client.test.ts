import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { localFaceClient } from "./local-face-client.js";

it.each([0, -1, 1.5, NaN, 257])("refuses %d workers before anything is made", async (workers) => {
  await expect(localFaceClient({ workers })).rejects.toThrow(
    new RangeError(`workers must be a whole number from 1 to 256, not ${workers}`),
  );
});

describe("in a temporary folder", () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "mien-local-client-"));
    vi.stubEnv("TMPDIR", folder);
  });
  afterAll(() => {
    vi.unstubAllEnvs();
    rmSync(folder, { recursive: true, force: true });
  });

  it("leaves nothing behind when the client refuses its options", async () => {
    const proxyOptions = { host: "proxy.internal", port: 8080 };
    await expect(localFaceClient({ workers: 1, proxyOptions })).rejects.toThrow();
    expect(readdirSync(folder)).toEqual([]);
  });

  it("listens to the end of the process once for all clients, and not for none", async () => {
    const before = process.listenerCount("exit");
    const clients = [await localFaceClient({ workers: 1 }), await localFaceClient({ workers: 1 })];
    const during = process.listenerCount("exit");
    const folders = readdirSync(folder).length;
    for (const client of clients) await client.close();
    expect({ folders, listeners: during - before }).toEqual({ folders: 2, listeners: 1 });
    expect(process.listenerCount("exit")).toBe(before);
    expect(readdirSync(folder)).toEqual([]);
  });
});
