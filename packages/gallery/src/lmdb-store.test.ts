import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openLmdbStore } from "./lmdb-store.js";
import type { StoredFace } from "./store.js";

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "mien-store-"));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const face = (faceId: string, expiresAt: number): StoredFace => ({
  faceId,
  recognitionModel: "recognition_04",
  embedding: Float32Array.from([0.25, -1, 0.5]),
  expiresAt,
});

describe("the LMDB store", () => {
  it("gives back what was put, after a restart too", async () => {
    const store = openLmdbStore({ directory });
    await store.put("one", [face("a", Date.now() + 60_000)]);
    await store.close();
    const again = openLmdbStore({ directory });
    const [found, missing] = await again.get("one", ["a", "b"]);
    expect(found).toMatchObject({ faceId: "a", recognitionModel: "recognition_04" });
    expect([...found!.embedding]).toEqual([0.25, -1, 0.5]);
    expect(missing).toBeUndefined();
    await again.close();
  });

  it("hides a face from other tenants", async () => {
    const store = openLmdbStore({ directory });
    await store.put("one", [face("a", Date.now() + 60_000)]);
    expect(await store.get("two", ["a"])).toEqual([undefined]);
    await store.close();
  });

  it("forgets at the instant of expiry, and does not remember when the clock jumps back", async () => {
    let now = 1_000_000;
    const store = openLmdbStore({ directory, now: () => now });
    await store.put("one", [face("a", 1_060_000)]);
    now = 1_059_999;
    expect((await store.get("one", ["a"]))[0]).toBeDefined();
    now = 1_060_000;
    expect((await store.get("one", ["a"]))[0]).toBeUndefined();
    now = 1_000_000;
    expect((await store.get("one", ["a"]))[0]).toBeUndefined();
    await store.close();
  });

  it("sweeps what expired and leaves what lives", async () => {
    let now = 1_000_000;
    const store = openLmdbStore({ directory, now: () => now });
    await store.put("one", [face("a", 1_060_000), face("b", 1_090_000), face("c", 1_060_500)]);
    now = 1_070_000;
    expect(await store.sweep()).toBe(2);
    expect((await store.statistics()).liveFaces).toBe(1);
    expect((await store.get("one", ["b"]))[0]).toBeDefined();
    await store.close();
  });

  it("erases one tenant and no other", async () => {
    const store = openLmdbStore({ directory });
    const later = Date.now() + 60_000;
    await store.put("one", [face("a", later), face("b", later)]);
    await store.put("two", [face("a", later)]);
    expect(await store.erase("one")).toBe(2);
    expect(await store.get("one", ["a", "b"])).toEqual([undefined, undefined]);
    expect((await store.get("two", ["a"]))[0]).toBeDefined();
    await store.close();
  });

  it("shares a directory between two openings", async () => {
    const one = openLmdbStore({ directory });
    const two = openLmdbStore({ directory });
    await one.put("t", [face("a", Date.now() + 60_000)]);
    expect((await two.get("t", ["a"]))[0]).toBeDefined();
    await one.close();
    await two.close();
  });
});
