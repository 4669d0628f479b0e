/** Who waits, who is refused, who may be decoded. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { OverloadError } from "./analysis.js";
import { PictureQueue, type QueueLimits } from "./picture-queue.js";
import type { QueuedPicture } from "./waiting-line.js";

interface Named extends QueuedPicture {
  readonly name: string;
}

function setUp(limits: Partial<QueueLimits> = {}) {
  const clock = { now: 0 };
  const queue = new PictureQueue<Named>(
    { workers: 2, pictures: 10, bytes: 1000, wait: 1000, pixels: 100, ...limits },
    () => clock.now,
  );
  const rejected: [string, Error][] = [];
  const picture = (name: string, pixels = 1, bytes = 1, signal?: AbortSignal): Named => ({
    name,
    owner: "one",
    file: new Uint8Array(bytes),
    pixels,
    signal,
    reject: (error) => rejected.push([name, error]),
  });
  const of = (owner: string, name: string, pixels = 1, bytes = 1): Named => ({
    ...picture(name, pixels, bytes),
    owner,
  });
  /** Serves an owner's picture that comes to a queue at rest. @param milliseconds that it takes, where that is known. */
  const serveOne = (milliseconds?: number, owner = "one"): void => {
    queue.add(of(owner, "first"));
    queue.done(queue.take()!, milliseconds);
  };
  /** Lets the queue learn what a picture takes. */
  const learn = (milliseconds: number, owner = "one"): void => {
    for (let time = 0; time < 3; time++) serveOne(milliseconds, owner);
  };
  /** Adds an owner's pictures until one is refused, a hundred at most. @returns how many wait now. */
  const fill = (owner: string, pixels = 1, bytes = 1): number => {
    for (let count = 0; count < 100; count++)
      try {
        queue.add(of(owner, `${owner}${count}`, pixels, bytes));
      } catch (error) {
        expect(error).toBeInstanceOf(OverloadError);
        return count;
      }
    return 100;
  };
  /** Names of the pictures that are taken now, each of which ends at once. */
  const serve = (most: number, milliseconds: number): string[] => {
    const names: string[] = [];
    for (let turn = 0; turn < most; turn++) {
      const taken = queue.take();
      if (taken === undefined) break;
      names.push(taken.name);
      queue.done(taken, milliseconds);
    }
    return names;
  };
  return { clock, queue, rejected, picture, of, serveOne, learn, fill, serve };
}

describe("the queue of pictures", () => {
  it("refuses at once a picture that would be answered too late, and says when to come back", () => {
    const { queue, picture, learn } = setUp();
    learn(400);
    for (const name of ["a", "b"]) {
      queue.add(picture(name));
      queue.take();
    }
    // Two at work, each 400 ms: the next is answered after 600, then 800, and the one after that perhaps too late.
    for (const name of ["c", "d"]) queue.add(picture(name));
    let refusal: unknown;
    try {
      queue.add(picture("e"));
    } catch (error) {
      refusal = error;
    }
    expect(refusal).toBeInstanceOf(OverloadError);
    expect((refusal as OverloadError).retryAfterSeconds).toBe(1);
    expect(queue.length).toBe(2);
  });

  it("refuses when as many pictures or bytes wait as may", () => {
    const { queue, picture } = setUp({ pictures: 3, bytes: 100 });
    queue.add(picture("a", 1, 60));
    expect(() => queue.add(picture("b", 1, 60))).toThrow(OverloadError);
    queue.add(picture("c", 1, 20));
    queue.add(picture("d", 1, 20));
    expect(() => queue.add(picture("e"))).toThrow(OverloadError);
  });

  it("forgets the bytes of a picture whose buffer was handed over with another call", () => {
    const { queue, picture } = setUp({ bytes: 100 });
    const given = picture("a", 1, 60);
    queue.add(given);
    structuredClone(given.file, { transfer: [given.file.buffer] });
    expect(queue.take()).toBe(given);
    queue.add(picture("b", 1, 60));
    queue.add(picture("c", 1, 40));
    expect(() => queue.add(picture("d"))).toThrow(OverloadError);
  });

  it("answers a picture that waited longer than it may, instead of working on it", () => {
    const { clock, queue, rejected, picture, learn } = setUp();
    learn(100);
    queue.add(picture("a"));
    queue.take();
    queue.add(picture("b"));
    queue.add(picture("c"));
    clock.now = 5000;
    expect(queue.take()).toBeUndefined();
    expect(rejected.map(([name]) => name)).toEqual(["b", "c"]);
    expect(rejected.every(([, error]) => error instanceof OverloadError)).toBe(true);
  });

  it("answers it too where one worker does all, and is at rest when it looks for the next", () => {
    const { clock, queue, rejected, picture, learn } = setUp({ workers: 1 });
    learn(100);
    queue.add(picture("a"));
    const taken = queue.take()!;
    queue.add(picture("b"));
    clock.now = 5000;
    queue.done(taken, 5000);
    queue.add(picture("c"));
    expect(queue.take()?.name).toBe("c");
    expect(rejected.map(([name]) => name)).toEqual(["b"]);
  });

  it("begins a picture that has just come, however long others took", () => {
    const { queue, of, learn } = setUp({ workers: 4 });
    learn(30_000, "hung once");
    queue.add(of("hung once", "at work"));
    queue.take();
    for (const owner of ["hung once", "fresh"]) {
      queue.add(of(owner, owner));
      expect(queue.take()?.name).toBe(owner);
    }
  });

  it("drops a picture whose caller is gone", () => {
    const { queue, rejected, picture } = setUp();
    const controller = new AbortController();
    queue.add(picture("gone", 1, 1, controller.signal));
    queue.add(picture("there"));
    controller.abort();
    expect(queue.take()?.name).toBe("there");
    expect(rejected.map(([name]) => name)).toEqual(["gone"]);
  });

  it("answers at once a picture whose caller is gone, before it comes or while it waits", () => {
    const { queue, rejected, picture } = setUp();
    queue.add(picture("late", 1, 1, AbortSignal.abort()));
    const controller = new AbortController();
    queue.add(picture("waits", 1, 1, controller.signal));
    controller.abort();
    expect(rejected.map(([name]) => name)).toEqual(["late", "waits"]);
    expect(queue.length).toBe(0);
  });

  it("does not look at all that wait for each that comes or is taken", () => {
    const { queue, picture } = setUp({ pictures: 10_000 });
    const { signal } = new AbortController();
    let looks = 0;
    const many = 1000;
    for (let count = 0; count < many; count++)
      queue.add(
        Object.defineProperty(picture(`${count}`), "signal", {
          get: () => {
            looks++;
            return signal;
          },
        }),
      );
    for (let count = 0; count < many; count++) queue.done(queue.take()!, 1);
    expect(looks).toBeLessThan(10 * many);
  });

  it("lets no picture wait in vain, or be refused, for those whose callers are gone", () => {
    const { queue, rejected, picture, learn } = setUp({ pictures: 3, bytes: 30, wait: 5000 });
    learn(400);
    for (const name of ["a", "b"]) {
      queue.add(picture(name));
      queue.take();
    }
    const controller = new AbortController();
    for (const name of ["c", "d", "e"]) queue.add(picture(name, 1, 10, controller.signal));
    expect(() => queue.add(picture("f", 1, 10))).toThrow(OverloadError);
    controller.abort();
    queue.add(picture("f", 1, 10));
    expect(rejected.map(([name]) => name).sort()).toEqual(["c", "d", "e"]);
    expect(queue.take()?.name).toBe("f");
  });

  it("keeps the pixels at work within the budget, in order of arrival", () => {
    const { queue, picture } = setUp({ pixels: 100 });
    queue.add(picture("a", 60));
    queue.add(picture("b", 60));
    queue.add(picture("c", 1));
    const a = queue.take()!;
    expect(queue.take()).toBeUndefined();
    queue.done(a, 10);
    expect(queue.take()?.name).toBe("b");
    expect(queue.take()?.name).toBe("c");
  });

  it("lets a picture beyond the budget in, alone", () => {
    const { queue, picture } = setUp({ pixels: 100 });
    queue.add(picture("giant", 5000));
    queue.add(picture("small", 1));
    const giant = queue.take()!;
    expect(giant.name).toBe("giant");
    expect(queue.take()).toBeUndefined();
    queue.done(giant, 10);
    expect(queue.take()?.name).toBe("small");
  });
});

describe("after a picture that took very long", () => {
  /** Owner's pictures that may wait behind one at work. */
  const room = ({ queue, of, fill }: ReturnType<typeof setUp>, owner: string): number => {
    queue.add(of(owner, "at work"));
    queue.take();
    return fill(owner);
  };
  const limits = { workers: 1, pictures: 64, wait: 10_000 };

  it("its owner's others may wait as before, where it is the first of all too", () => {
    const before = setUp(limits);
    before.learn(200);
    const known = setUp(limits);
    known.learn(200);
    known.serveOne(20_000);
    expect(room(known, "one")).toBe(room(before, "one"));
    const first = setUp(limits);
    first.serveOne(20_000);
    expect(room(first, "one")).toBe(64);
  });

  it("so may those of an owner of whom nothing is known yet", () => {
    const others = setUp(limits);
    others.serveOne(5500, "large");
    expect(room(others, "new")).toBe(48);
    const busy = setUp(limits);
    busy.learn(200, "usual");
    busy.serveOne(5500, "b");
    busy.serveOne(5500, "c");
    busy.queue.add(busy.of("usual", "at work"));
    busy.queue.take();
    for (const owner of ["b", "c", "new"]) busy.queue.add(busy.of(owner, owner));
    expect(busy.queue.length).toBe(3);
  });

  it("hung or was refused, others are expected to take what they took", () => {
    const hung = setUp(limits);
    hung.learn(200);
    for (let time = 0; time < 20; time++) hung.serveOne();
    expect(room(hung, "one")).toBe(42);
  });
});

describe("the queue of several owners", () => {
  it("serves them by turns, each first come, first served", () => {
    const { queue, of, serve } = setUp();
    for (const name of ["a1", "a2", "a3"]) queue.add(of("a", name));
    for (const name of ["b1", "b2"]) queue.add(of("b", name));
    queue.add(of("c", "c1"));
    expect(serve(10, 1)).toEqual(["a1", "b1", "c1", "a2", "b2", "a3"]);
  });

  it("serves whoever comes behind those that wait, and one that was served behind them", () => {
    const { queue, of, serve } = setUp();
    for (const name of ["a1", "a2", "a3"]) queue.add(of("a", name));
    queue.add(of("b", "b1"));
    expect(serve(1, 1)).toEqual(["a1"]);
    queue.add(of("new", "new1"));
    queue.add(of("b", "b2"));
    expect(serve(10, 1)).toEqual(["b1", "a2", "new1", "b2", "a3"]);
  });

  it("serves before an owner's only picture one of each owner who waited when it came, and of nobody else", () => {
    const owner = fc.constantFrom("a", "b", "c", "d", "e");
    fc.assert(
      fc.property(fc.array(fc.option(owner), { maxLength: 200 }), (steps) => {
        const { queue, of } = setUp({ workers: 1, pictures: 1000, pixels: 1000 });
        const waiting = new Map<string, number>();
        /** For each owner's only picture, those who may go before it. */
        const allowed = new Map<string, Set<string>>();
        for (const step of steps) {
          if (step !== null) {
            const count = waiting.get(step) ?? 0;
            if (count === 0) allowed.set(step, new Set(waiting.keys()));
            waiting.set(step, count + 1);
            queue.add(of(step, step));
            continue;
          }
          const taken = queue.take()?.name;
          if (taken === undefined) continue;
          allowed.delete(taken);
          for (const others of allowed.values()) expect(others.delete(taken)).toBe(true);
          const left = waiting.get(taken)! - 1;
          if (left > 0) waiting.set(taken, left);
          else waiting.delete(taken);
        }
      }),
    );
  });

  it("lets each owner in whose line is empty while another's is full of slow pictures", () => {
    const { queue, of, learn, fill, serve } = setUp({ workers: 1, pictures: 50, wait: 10_000 });
    learn(900, "slow");
    queue.add(of("slow", "at work"));
    queue.take();
    // 8700 may be expected: 900 for itself and 900 for each that is at work or waits before it.
    expect(fill("slow")).toBe(8);
    expect(() => queue.add(of("slow", "refused"))).toThrow(OverloadError);
    queue.add(of("quick", "q"));
    expect(serve(2, 900)).toEqual(["slow0", "q"]);
    expect(fill("slow")).toBe(1);
    queue.add(of("quick", "q"));
    expect(serve(2, 100)).toEqual(["slow1", "q"]);
  });

  it("expects of each owner's pictures what they take, and of the others' no more than their turns", () => {
    const { queue, of, learn, fill } = setUp({ workers: 1, pictures: 100, wait: 1150 });
    learn(200, "slow");
    learn(50, "quick");
    queue.add(of("slow", "at work"));
    queue.take();
    // 1000 may be expected: 200 for itself and 200 for each that is at work or waits before it.
    expect(fill("slow")).toBe(4);
    // 50 for itself, for what is at work and for each own, and 200 for each of the slow: one for each own, by turns.
    expect(fill("quick")).toBe(3);
  });

  it("refuses at once who comes behind so many others, one picture each, that he would be late", () => {
    const { queue, of, learn } = setUp({ workers: 1, pictures: 100, wait: 1150 });
    learn(300, "a");
    queue.add(of("a", "at work"));
    queue.take();
    for (const owner of ["b", "c", "d", "e"]) queue.add(of(owner, owner));
    expect(() => queue.add(of("f", "f"))).toThrow(OverloadError);
    expect(queue.length).toBe(4);
  });

  it("lets one picture of an owner wait whose own pictures take longer than may be waited", () => {
    const { queue, of, learn } = setUp({ workers: 1 });
    learn(100, "quick");
    learn(5000, "slow");
    queue.add(of("quick", "at work"));
    queue.take();
    queue.add(of("quick", "q"));
    queue.add(of("slow", "s"));
    expect(() => queue.add(of("slow", "s2"))).toThrow(OverloadError);
  });

  it("lets one picture wait behind those of one other owner, however long they take", () => {
    const { queue, of, learn, fill, serve } = setUp({ workers: 1 });
    learn(5000, "slow");
    queue.add(of("slow", "at work"));
    const slow = queue.take()!;
    expect(fill("slow")).toBe(1);
    expect(fill("quick")).toBe(1);
    queue.done(slow, 5000);
    expect(serve(2, 5000)).toEqual(["slow0", "quick0"]);
  });

  it("keeps a quarter of the pictures and of the bytes from any one of them, and all from none that is alone", () => {
    const pictures = setUp({ pictures: 8 });
    expect(pictures.fill("a")).toBe(8);
    // Now another is known.
    expect(pictures.fill("b")).toBe(0);
    expect(pictures.serve(1, 1)).toEqual(["a0"]);
    expect(pictures.fill("a")).toBe(0);
    expect(pictures.fill("b")).toBe(1);

    const bytes = setUp({ pictures: 50, bytes: 80 });
    expect(bytes.fill("a", 1, 10)).toBe(8);
    expect(bytes.fill("b", 1, 10)).toBe(0);
    expect(bytes.serve(3, 1)).toHaveLength(3);
    expect(bytes.fill("a", 1, 10)).toBe(1);
    expect(bytes.fill("b", 1, 10)).toBe(1);
  });

  it("keeps some pictures and bytes for who has none waiting, however many send all they can", () => {
    for (const size of [1, 10]) {
      const { queue, of, fill } = setUp({ pictures: 64, bytes: 640, wait: 1e9 });
      queue.add(of("new", "known", 1, size));
      queue.take();
      for (const owner of ["a", "b", "c"]) expect(fill(owner, 1, size)).toBeGreaterThan(1);
      queue.add(of("new", "let in", 1, size));
    }
  });

  it("lets others pass a picture without room for its pixels, as many as there are workers", () => {
    const { queue, of } = setUp({ workers: 3, pixels: 100 });
    queue.add(of("a", "large", 90));
    queue.add(of("b", "at work", 20));
    const large = queue.take()!;
    for (const name of ["large too", "small"]) queue.add(of("a", name, name === "small" ? 1 : 90));
    expect(queue.take()).toBeUndefined();
    queue.done(large, 1);
    const first = queue.take()!;
    expect(first.name).toBe("at work");
    for (const name of ["b1", "b2", "b3", "b4"]) queue.add(of("b", name));
    // The small one of the same owner may not pass.
    expect([1, 2, 3].map(() => queue.take()?.name)).toEqual(["b1", "b2", "b3"]);
    expect(queue.take()).toBeUndefined();
    queue.done(first, 1);
    expect([1, 2, 3].map(() => queue.take()?.name)).toEqual(["large too", "b4", "small"]);
  });

  it("answers all, whosever they are, when there is nobody to serve them", () => {
    const { queue, rejected, of } = setUp();
    for (const owner of ["a", "b", "c"]) queue.add(of(owner, owner));
    queue.rejectAll(new Error("no worker"));
    expect(rejected.map(([name]) => name)).toEqual(["a", "b", "c"]);
    expect(queue.length).toBe(0);
    expect(queue.take()).toBeUndefined();
  });
});

it("an owner whose pictures took longer than any may wait is tried again", () => {
  const { clock, queue, rejected, of, learn } = setUp();
  learn(2000, "slow");
  queue.add(of("slow", "again"));
  clock.now += 200;
  expect(queue.take()?.name).toBe("again");
  expect(rejected).toEqual([]);
});
