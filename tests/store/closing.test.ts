/** The embedded store that is closed while it is at work. */
import { rmSync } from "node:fs";
import { setImmediate } from "node:timers/promises";
import { StoreUnavailableError } from "@mien/gallery/store";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { newFace, openLmdbIn, temporaryFolder } from "./faces.js";

let folder: string;
beforeEach(() => {
  folder = temporaryFolder();
});
afterEach(() => rmSync(folder, { recursive: true }));

/** More than are read in one turn or piece. */
const faces = Array.from({ length: 1500 }, () => newFace(undefined, 64));
const faceIds = faces.map(({ faceId }) => faceId);

describe("a store that is closed", () => {
  it("ends what it reads and writes before, also while others have their turn", async () => {
    const store = openLmdbIn(folder);
    await store.put("one", faces, 3_600_000);
    const late = newFace();
    const [found, again] = await Promise.all([
      store.get("one", faceIds),
      store.get("one", faceIds),
      store.put("one", [late], 3_600_000),
      store.close(),
    ]);
    for (const each of [found, again]) expect(each.map((face) => face?.faceId)).toEqual(faceIds);
    const reopened = openLmdbIn(folder);
    expect(await reopened.get("one", [late.faceId])).toMatchObject([{ faceId: late.faceId }]);
    await reopened.close();
  });

  it("ends a backup and an erasure with an error, and the process goes on", async () => {
    const store = openLmdbIn(folder);
    await store.put("one", faces, 3_600_000);
    const backup = store.sealed()[Symbol.asyncIterator]();
    expect((await backup.next()).value).toHaveLength(1000);
    const erasure = store.erase("one");
    const closed = Promise.all([store.close(), setImmediate()]);
    await expect(erasure).rejects.toThrow(StoreUnavailableError);
    await closed;
    await expect(backup.next()).rejects.toThrow("the face store is closed");
    // The keys went first: nothing of it is found, whatever is left.
    const reopened = openLmdbIn(folder);
    expect(await reopened.get("one", faceIds.slice(0, 2))).toEqual([undefined, undefined]);
    expect(await reopened.erase("one")).toMatchObject({ left: 0 });
    expect(await reopened.count()).toBe(0);
    await reopened.close();
  });

  it("refuses whatever it is asked then", async () => {
    const store = openLmdbIn(folder);
    await store.close();
    for (const refused of [
      store.get("one", faceIds),
      store.put("one", faces, 60_000),
      store.sweep(),
      store.statistics(),
    ])
      await expect(refused).rejects.toThrow("the face store is closed");
  });
});
