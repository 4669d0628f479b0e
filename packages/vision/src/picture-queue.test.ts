/** Who waits, who is refused, who may be decoded. */
import { describe, expect, it } from "vitest";
import { OverloadError } from "./analysis.js";
import { PictureQueue, type QueueLimits, type QueuedPicture } from "./picture-queue.js";

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
    file: new Uint8Array(bytes),
    pixels,
    signal,
    reject: (error) => rejected.push([name, error]),
  });
  /** Lets the queue learn what a picture takes. */
  const learn = (milliseconds: number): void => {
    queue.add(picture("first"));
    queue.done(queue.take()!, milliseconds);
  };
  return { clock, queue, rejected, picture, learn };
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

  it("drops a picture whose caller is gone", () => {
    const { queue, rejected, picture } = setUp();
    const controller = new AbortController();
    queue.add(picture("gone", 1, 1, controller.signal));
    queue.add(picture("there"));
    controller.abort();
    expect(queue.take()?.name).toBe("there");
    expect(rejected.map(([name]) => name)).toEqual(["gone"]);
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
