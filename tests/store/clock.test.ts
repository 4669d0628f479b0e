/** Clocks jump: nothing resurrects, and nothing lives longer than it was promised. */
import { readFileSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { StoreClock } from "@mien/gallery/store-clock";
import { open } from "lmdb";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { filesOf } from "./attack.js";
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

describe("a clock that was ahead and was set right", () => {
  const day = 24 * 3_600_000;
  let machine: Machine;
  /** Runs a process of its own: its monotonic clock begins anew, as after the machine's start. */
  async function inProcess<Result>(
    work: (store: ReturnType<typeof openLmdbIn>) => Promise<Result>,
  ): Promise<Result> {
    machine.uptime = 0;
    const store = openLmdbIn(folder, { clock: machine.sources });
    try {
      return await work(store);
    } finally {
      await store.close();
    }
  }
  /** A face that was put, and swept for, while the clock was a day ahead. */
  async function putAhead(timeToLive: number): Promise<string> {
    const face = newFace();
    machine.wall += day;
    await inProcess(async (store) => {
      await store.put("one", [face], timeToLive);
      await store.sweep();
    });
    machine.wall -= day;
    return face.faceId;
  }
  const isFound = (faceId: string) =>
    inProcess(async (store) => (await store.get("one", [faceId]))[0] !== undefined);

  beforeEach(() => {
    machine = new Machine();
  });

  it("lets time pass for faces that are put then, also while no process runs", async () => {
    await putAhead(60_000);
    const { faceId } = await inProcess(async (store) => {
      const face = newFace();
      await store.put("one", [face], 60_000);
      return face;
    });
    machine.pass(59_000);
    expect(await isFound(faceId)).toBe(true);
    machine.pass(1000);
    expect(await isFound(faceId)).toBe(false);
  });

  it("lets time pass from one sweep to the next, whichever process does it", async () => {
    const faceId = await putAhead(120_000);
    const sweep = () => inProcess((store) => store.sweep());
    const swept: number[] = [];
    for (let minute = 0; minute < 3; minute++) {
      swept.push(await sweep());
      machine.pass(60_000);
    }
    expect(swept).toEqual([0, 0, 1]);
    expect(await isFound(faceId)).toBe(false);
    expect(filesOf(join(folder, "keys"))).toHaveLength(1);
    machine.pass(300_000);
    expect(await sweep()).toBe(0);
    expect(filesOf(join(folder, "keys"))).toEqual([]);
  });

  it("does not run ahead again when it was behind for the start of a process", async () => {
    const early = newFace();
    await inProcess((store) => store.put("one", [early], 3_600_000));
    // A machine that keeps no time while it is off.
    machine.wall -= day;
    await inProcess(async (store) => {
      await store.sweep();
      machine.wall += day;
      await store.sweep();
    });
    expect(await isFound(early.faceId)).toBe(true);
    const [found] = await inProcess(async (store) => {
      const face = newFace();
      await store.put("one", [face], 60_000);
      return store.get("one", [face.faceId]);
    });
    expect(found!.expiresAt).toBe(machine.wall + 60_000);
  });

  it("goes on where an earlier build kept nothing but the time", async () => {
    await inProcess(() => Promise.resolve());
    const ahead = machine.wall + day;
    const database = open({
      path: join(folder, "gallery", "templates.mdb"),
      overlappingSync: false,
    });
    const time = Buffer.alloc(8);
    time.writeBigUInt64LE(BigInt(ahead));
    await database.openDB({ name: "meta", encoding: "binary" }).put("clock", time);
    await database.close();
    machine.pass(60_000);
    const face = newFace();
    const [found] = await inProcess(async (store) => {
      await store.put("one", [face], 60_000);
      return store.get("one", [face.faceId]);
    });
    expect(found!.expiresAt).toBe(ahead + 60_000);
    machine.pass(60_000);
    expect(await isFound(face.faceId)).toBe(false);
  });
});

describe("the sweeper", () => {
  it("writes nothing while nothing is over and the machine's clock is right", async () => {
    const clock = new SettableClock();
    const store = openLmdbIn(folder, { clock: clock.sources });
    await store.put("one", [newFace()], 3_600_000);
    const pages = () => readFileSync(join(folder, "gallery", "templates.mdb"));
    const before = pages();
    for (let round = 0; round < 3; round++) {
      clock.time += 60_000;
      expect(await store.sweep()).toBe(0);
    }
    expect(pages().equals(before)).toBe(true);
    await store.close();
  });

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
    await expect.poll(() => said.length).toBe(1);
    expect(said[0]).toMatch(/^what has expired cannot be destroyed: .*ENOENT/);
    await new Promise((resolve) => setTimeout(resolve, 200));
    renameSync(aside, keys);
    await expect.poll(() => said.length).toBe(2);
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
