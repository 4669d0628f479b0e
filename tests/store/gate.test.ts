/** Nobody opens the database while another process commits, for LMDB would forget that commit (`commit-gate.ts` says why). */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { setImmediate, setTimeout } from "node:timers/promises";
import { CommitGate } from "@mien/gallery/commit-gate";
import { open } from "lmdb";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { newFace, openLmdbIn, temporaryFolder } from "./faces.js";

let folder: string;
beforeEach(() => {
  folder = temporaryFolder();
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

/** A process that is in the gate for so long. */
async function holder(milliseconds: number): Promise<ChildProcess> {
  const script = join(import.meta.dirname, "processes", "gate-holder.js");
  const child = spawn(process.execPath, [script, folder, String(milliseconds)], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  await once(child.stdout, "data");
  return child;
}

const isThrough = (): boolean => existsSync(join(folder, "through"));

describe("the gate of a store", () => {
  it("keeps a process from opening the database until another one's commit is through", async () => {
    mkdirSync(join(folder, "gallery"));
    await holder(400);
    const store = openLmdbIn(folder);
    expect(isThrough()).toBe(true);
    await store.close();
  });

  it("keeps a process from it that still closes a store, too: its database is closed before it lets go of the gate", async () => {
    mkdirSync(join(folder, "gallery"));
    const closing = CommitGate.in(join(folder, "gallery"));
    await holder(400);
    const store = openLmdbIn(folder);
    expect(isThrough()).toBe(true);
    await store.close();
    await closing.close();
  });

  it("lets a process open the database that is in it itself", async () => {
    mkdirSync(join(folder, "gallery"));
    const gate = CommitGate.in(join(folder, "gallery"));
    const store = await gate.pass(() => Promise.resolve(openLmdbIn(folder)));
    const face = newFace();
    await store.put("one", [face], 60_000);
    expect((await store.get("one", [face.faceId]))[0]).toBeDefined();
    await store.close();
    await gate.close();
  });

  it("lets a process open the database twice, at every point of its own commits", async () => {
    for (let opening = 0; opening < 100; opening++) {
      const first = openLmdbIn(folder);
      const puts = [newFace(), newFace(), newFace()].map((face) =>
        first.put("one", [face], 60_000),
      );
      await setTimeout(opening % 5);
      const second = openLmdbIn(folder);
      await Promise.all([...puts, second.put("one", [newFace()], 60_000)]);
      await first.close();
      // What is left is not closed with the other.
      expect(await second.count()).toBe(4 * (opening + 1));
      await second.close();
    }
  });

  it("lets a process open the database whose former openings still close, at every point of that", async () => {
    const closings: Promise<void>[] = [];
    for (let opening = 0; opening < 50; opening++) {
      closings.push(openLmdbIn(folder).close());
      for (let turns = opening % 10; turns > 0; turns--) await setImmediate();
    }
    await Promise.all(closings);
    const store = openLmdbIn(folder);
    await store.put("one", [newFace()], 60_000);
    expect(await store.examine()).toEqual({ faces: 1, damaged: 0 });
    await store.close();
  });

  it("keeps commits apart, lets reads pass, and opens when the process in it is killed", async () => {
    const store = openLmdbIn(folder);
    const [early, late] = [newFace(), newFace()];
    await store.put("one", [early], 60_000);
    const child = await holder(60_000);
    let answered = false;
    const put = store.put("one", [late], 60_000).then(() => (answered = true));
    await setTimeout(150);
    expect(answered).toBe(false);
    expect(
      (await store.get("one", [early.faceId, late.faceId])).map((face) => face?.faceId),
    ).toEqual([early.faceId, undefined]);
    child.kill("SIGKILL");
    await put;
    expect(isThrough()).toBe(false);
    expect((await store.get("one", [late.faceId]))[0]).toBeDefined();
    await store.close();
  });

  it("lets the puts that wait share one commit", async () => {
    const store = openLmdbIn(folder);
    const database = open({
      path: join(folder, "gallery", "templates.mdb"),
      overlappingSync: false,
    });
    const commits = () => (database.getStats() as { lastTxnId: number }).lastTxnId;
    const before = commits();
    const gone = once(await holder(200), "exit");
    const faces = Array.from({ length: 200 }, () => newFace());
    await Promise.all(faces.map((face) => store.put("one", [face], 60_000)));
    await gone;
    expect(commits()).toBe(before + 1);
    expect(await store.examine()).toEqual({ faces: 200, damaged: 0 });
    await store.close();
    await database.close();
  });

  // Of each of these Node makes one thread, and the first commit would wait for ever.
  it.each(["1", "0", "01", "1.9", "many", ""])(
    "needs two threads of the pool, and says so: %j",
    (size) => {
      vi.stubEnv("UV_THREADPOOL_SIZE", size);
      expect(() => openLmdbIn(folder)).toThrow("UV_THREADPOOL_SIZE must be at least 2");
    },
  );
});
