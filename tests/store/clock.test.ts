/** Clocks jump: nothing resurrects, and nothing lives longer than it was promised. */
import { renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { StoreClock } from "@mien/gallery/store-clock";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { newFace, openLmdbIn, SettableClock, temporaryFolder } from "./faces.js";

let folder: string;
beforeEach(() => {
  folder = temporaryFolder();
});
afterEach(() => rmSync(folder, { recursive: true }));

/** A machine whose wall clock can be set while its monotonic clock goes on. */
class Machine {
  wall = 1_700_000_000_000;
  uptime = 0;
  pass(milliseconds: number): void {
    this.wall += milliseconds;
    this.uptime += milliseconds;
  }
  readonly sources = { wall: () => this.wall, monotonic: () => this.uptime };
}

describe("the store's time", () => {
  it("follows the wall clock forward and goes on at its own pace when that jumps back", () => {
    const machine = new Machine();
    const clock = new StoreClock(machine.sources);
    machine.pass(1000);
    const before = clock.now();
    machine.wall -= 3_600_000;
    expect(clock.now()).toBe(before);
    machine.pass(500);
    expect(clock.now()).toBe(before + 500);
    machine.wall += 7_200_000;
    expect(clock.now()).toBe(machine.wall);
  });

  it("is never behind what another process has seen", () => {
    const machine = new Machine();
    const clock = new StoreClock(machine.sources);
    expect(clock.now(machine.wall + 5000)).toBe(machine.wall + 5000);
    machine.pass(10);
    expect(clock.now()).toBe(machine.wall + 5000);
  });
});

describe("a clock that jumps back", () => {
  const hour = 3_600_000;

  it("does not resurrect in the same process, nor in another one, nor after a restart", async () => {
    const machine = new Machine();
    const [store, other] = [1, 2].map(() => openLmdbIn(folder, { clock: machine.sources })) as [
      ReturnType<typeof openLmdbIn>,
      ReturnType<typeof openLmdbIn>,
    ];
    const face = newFace();
    await store.put("one", [face], 60_000);
    machine.pass(60_000);
    expect(await store.get("one", [face.faceId])).toEqual([undefined]);
    machine.wall -= hour;
    expect(await store.get("one", [face.faceId])).toEqual([undefined]);
    expect(await other.get("one", [face.faceId])).toEqual([undefined]);
    await store.close();
    await other.close();
    // A new process knows the wall clock only, and what the directory says.
    const later = openLmdbIn(folder, { clock: { wall: () => machine.wall, monotonic: () => 0 } });
    expect(await later.get("one", [face.faceId])).toEqual([undefined]);
    await later.close();
  });

  it("lets new faces live exactly as long as they were promised", async () => {
    const machine = new Machine();
    const store = openLmdbIn(folder, { clock: machine.sources });
    await store.put("one", [newFace()], 60_000);
    machine.wall -= hour;
    const face = newFace();
    await store.put("one", [face], 60_000);
    machine.pass(59_999);
    expect((await store.get("one", [face.faceId]))[0]).toBeDefined();
    machine.pass(1);
    expect((await store.get("one", [face.faceId]))[0]).toBeUndefined();
    await store.close();
  });

  it("still serves after a clock was far ahead once: what was gone is gone, what is new lives", async () => {
    const machine = new Machine();
    const store = openLmdbIn(folder, { clock: machine.sources });
    const old = newFace();
    await store.put("one", [old], 60_000);
    machine.wall += 1000 * 24 * hour;
    expect(await store.get("one", [old.faceId])).toEqual([undefined]);
    await store.sweep();
    machine.wall -= 1000 * 24 * hour;
    await store.close();
    const again = openLmdbIn(folder, { clock: machine.sources });
    const face = newFace();
    await again.put("one", [face], 60_000);
    expect((await again.get("one", [old.faceId, face.faceId])).map((f) => f?.faceId)).toEqual([
      undefined,
      face.faceId,
    ]);
    machine.pass(60_000);
    expect(await again.get("one", [face.faceId])).toEqual([undefined]);
    await again.close();
  });
});

describe("the sweeper", () => {
  it("removes exactly what expired, face and index, and ends when nothing is left to do", async () => {
    const clock = new SettableClock();
    const store = openLmdbIn(folder, { clock: clock.sources });
    const put = (count: number, timeToLive: number) =>
      store.put(
        "one",
        Array.from({ length: count }, () => newFace(undefined, 64)),
        timeToLive,
      );
    await put(2500, 60_000);
    await put(700, 3_600_000);
    clock.time += 60_000;
    expect(await store.sweep()).toBe(2500);
    expect(await store.sweep()).toBe(0);
    expect(await store.statistics()).toMatchObject({ liveFaces: 700, expiredFaces: 2500 });
    expect(await store.examine()).toEqual({ faces: 700, damaged: 0 });
    await store.close();
  });

  it("counts what it removed even when the keys cannot be destroyed after it", async () => {
    const clock = new SettableClock();
    const store = openLmdbIn(folder, { clock: clock.sources });
    await store.put("one", [newFace(), newFace()], 60_000);
    clock.time += 360_000;
    const [keys, aside] = [join(folder, "keys"), join(folder, "aside")];
    renameSync(keys, aside);
    await expect(store.sweep()).rejects.toThrow("the face store");
    renameSync(aside, keys);
    expect(await store.sweep()).toBe(0);
    expect(await store.statistics()).toMatchObject({ liveFaces: 0, expiredFaces: 2 });
    await store.close();
  });

  it("says once that it cannot destroy what is over, and once that it can again", async () => {
    const said: string[] = [];
    const store = openLmdbIn(folder, { sweepInterval: 20, report: (line) => said.push(line) });
    const [keys, aside] = [join(folder, "keys"), join(folder, "aside")];
    renameSync(keys, aside);
    await expect.poll(() => said.length, { timeout: 10_000 }).toBe(1);
    expect(said[0]).toMatch(/^what has expired cannot be destroyed: .*ENOENT/);
    await new Promise((resolve) => setTimeout(resolve, 200));
    renameSync(aside, keys);
    await expect.poll(() => said.length, { timeout: 10_000 }).toBe(2);
    expect(said[1]).toBe("what has expired is destroyed again");
    await store.close();
  });

  it("gives the space back to faces that come later", async () => {
    const clock = new SettableClock();
    const store = openLmdbIn(folder, { clock: clock.sources });
    const sizes: number[] = [];
    for (let round = 0; round < 8; round++) {
      await store.put(
        "one",
        Array.from({ length: 1000 }, () => newFace()),
        60_000,
      );
      sizes.push((await store.statistics()).bytesOnDisk);
      clock.time += 60_000;
      await store.sweep();
    }
    // Pages freed by one sweep are used by the round after the next: the file stops growing.
    expect(sizes.at(-1)).toBeLessThan(sizes[0]! * 3);
    expect(sizes.at(-1)).toBeLessThan(sizes.at(-4)! * 1.1);
    await store.close();
  });
});
