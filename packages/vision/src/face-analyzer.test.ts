/** The pool of workers on real photographs. */
import { readdir, readFile } from "node:fs/promises";
import { getPriority } from "node:os";
import { fileURLToPath } from "node:url";
import type { Worker } from "node:worker_threads";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
// Workers run the built files, so the pool is taken from there too.
import { createFaceAnalyzer } from "@mien/vision/face-analyzer";
import { type AnalysisRequest, OverloadError } from "@mien/vision/analysis";
import { decodePicture } from "@mien/vision/decode";
import { analyzePicture } from "@mien/vision/pipeline";
import { Sessions } from "@mien/vision/sessions";

const request: AnalysisRequest = {
  detectionModel: "detection_03",
  recognitionModel: "recognition_04",
  landmarks: true,
  attributes: [],
  maximumFaces: 100,
};
/** Longer than any machine takes for what a test lets wait. */
const waitLimit = 600_000;
let photograph: Buffer;
const picture = (): Uint8Array => Uint8Array.from(photograph);
const started: Worker[] = [];
const count = (worker: Worker): number => started.push(worker);

beforeAll(async () => {
  process.on("worker", count);
  photograph = await readFile(
    fileURLToPath(
      new URL("../../../node_modules/@vladmandic/face-api/demo/sample4.jpg", import.meta.url),
    ),
  );
});
afterAll(() => void process.off("worker", count));

/** Ends a worker and each that takes its place, before it has begun. */
async function endForGood(worker: Worker): Promise<void> {
  const ended = new Promise((resolve) => worker.once("exit", resolve));
  await worker.terminate();
  await ended;
  for (let attempt = 0; attempt < 3; attempt++) await started.at(-1)!.terminate();
}

/** The niceness in a line of /proc/PID/stat: the seventeenth field after the name, which may hold anything. */
const nicenessIn = (stat: string): number =>
  Number(stat.slice(stat.lastIndexOf(")")).split(" ")[17]);

async function nicenessOfThreads(): Promise<Map<number, number>> {
  const own = new Map<number, number>();
  for (const id of await readdir("/proc/self/task"))
    own.set(Number(id), nicenessIn(await readFile(`/proc/self/task/${id}/stat`, "utf8")));
  return own;
}

/** Decoders that this process has started: their niceness, by their numbers. */
async function nicenessOfDecoders(): Promise<Map<number, number>> {
  const own = new Map<number, number>();
  for (const id of await readdir("/proc")) {
    if (!/^\d+$/.test(id)) continue;
    const read = (name: string): Promise<string> =>
      readFile(`/proc/${id}/${name}`, "utf8").catch(() => "");
    const stat = await read("stat");
    const parent = Number(stat.slice(stat.lastIndexOf(")")).split(" ")[2]);
    if (parent === process.pid && (await read("cmdline")).includes("decoder-main"))
      own.set(Number(id), nicenessIn(stat));
  }
  return own;
}

describe("the pool", () => {
  it("answers what one thread answers, though idle workers helped", async () => {
    const alone = await analyzePicture(new Sessions(), picture(), request, decodePicture);
    const pool = createFaceAnalyzer({ workers: 3 });
    try {
      await pool.ready();
      const { faces } = await pool.analyze(picture(), request);
      expect(faces).toHaveLength(alone.faces.length);
      faces.forEach((face, index) => {
        const own = alone.faces[index]!;
        expect(face.rectangle).toEqual(own.rectangle);
        expect(face.landmarks).toEqual(own.landmarks);
        const gap = face.embedding!.reduce(
          (most, value, at) => Math.max(most, Math.abs(value - own.embedding![at]!)),
          0,
        );
        expect(gap).toBeLessThan(1e-5);
      });
    } finally {
      await pool.close();
    }
  });

  it.runIf(process.platform === "linux")(
    "lets the thread that answers go before those that see pictures and their decoders",
    async () => {
      const own = getPriority();
      const niceness = Math.min(19, own + 7);
      const pool = createFaceAnalyzer({ workers: 2, niceness });
      try {
        await pool.ready();
        const threads = await nicenessOfThreads();
        expect(threads.get(process.pid)).toBe(own);
        // A worker's own thread at least; those that the runtime opens for it inherit what it has.
        expect([...threads.values()].filter((value) => value === niceness).length).toBeGreaterThan(
          1,
        );
        expect([...(await nicenessOfDecoders()).values()]).toEqual([niceness, niceness]);
      } finally {
        await pool.close();
      }
    },
  );

  it("replaces workers under load without failing a picture", async () => {
    const pool = createFaceAnalyzer({ workers: 2, recycleAfter: 2, waitLimit });
    try {
      await pool.ready();
      const before = started.length;
      const small = { ...request, recognitionModel: "recognition_03", landmarks: false } as const;
      const lane = async (): Promise<number[]> => {
        const faces: number[] = [];
        for (let turn = 0; turn < 8; turn++)
          faces.push((await pool.analyze(picture(), small)).faces.length);
        return faces;
      };
      const faces = (await Promise.all([lane(), lane(), lane()])).flat();
      expect(new Set(faces).size).toBe(1);
      expect(faces).toHaveLength(24);
      expect(started.length - before).toBeGreaterThanOrEqual(2);
    } finally {
      await pool.close();
    }
  });

  it("refuses a buffer that another call has handed over, however often, and goes on", async () => {
    const limits = { queueLimit: 20_000, queueBytes: 10e9, waitLimit };
    const pool = createFaceAnalyzer({ workers: 1, ...limits });
    try {
      await pool.ready();
      const twice = picture();
      const given = [picture(), twice, ...Array<Uint8Array>(15_000).fill(twice), picture()];
      const answers = await Promise.allSettled(given.map((file) => pool.analyze(file, request)));
      const answered = answers.flatMap(({ status }, at) => (status === "fulfilled" ? [at] : []));
      expect(answered).toEqual([0, 1, given.length - 1]);
    } finally {
      await pool.close();
    }
  });

  it("ends each of its closings when its last picture is answered", async () => {
    const pool = createFaceAnalyzer({ workers: 1 });
    await pool.ready();
    const answer = pool.analyze(picture(), request);
    await Promise.all([pool.close(), pool.close()]);
    expect((await answer).faces.length).toBeGreaterThan(0);
    await pool.close();
  });

  it("goes on without a worker that does not start again, and is not ready when there is none", async () => {
    const first = started.length;
    const analyzer = createFaceAnalyzer({ workers: 2 });
    await analyzer.ready();
    const [one, other] = started.slice(first);
    await endForGood(one!);
    expect(started).toHaveLength(first + 5);
    await analyzer.ready();
    expect((await analyzer.analyze(picture(), request)).faces.length).toBeGreaterThan(0);
    await endForGood(other!);
    await expect(analyzer.ready()).rejects.toThrow();
    await expect(analyzer.analyze(picture(), request)).rejects.toThrow();
    await analyzer.close();
  });

  it.runIf(process.platform === "linux")(
    "closes also when the worker of its last picture dies and is not replaced",
    async () => {
      const before = await nicenessOfDecoders();
      const analyzer = createFaceAnalyzer({ workers: 1 });
      await analyzer.ready();
      const [decoder] = [...(await nicenessOfDecoders()).keys()].filter((pid) => !before.has(pid));
      // The worker waits for it: a thread that computes must not be ended from outside.
      process.kill(decoder!, "SIGSTOP");
      try {
        const lost = expect(analyzer.analyze(picture(), request)).rejects.toThrow();
        const closed = analyzer.close();
        await endForGood(started.at(-1)!);
        await lost;
        await closed;
      } finally {
        process.kill(decoder!, "SIGKILL");
      }
    },
  );

  it("lets go of a picture that waits when its caller does, and not only when its turn comes", async () => {
    const pool = createFaceAnalyzer({ workers: 1 });
    try {
      await pool.ready();
      const first = pool.analyze(picture(), request).then(() => "answered");
      const controller = new AbortController();
      const second = pool.analyze(picture(), request, controller.signal).catch(() => "let go");
      controller.abort();
      expect(await Promise.race([first, second])).toBe("let go");
      expect(pool.waiting).toBe(0);
      await first;
    } finally {
      await pool.close();
    }
  });

  it("begins what a picture without room has held up, as soon as that one's caller leaves", async () => {
    const { width, height } = await decodePicture(picture());
    const pool = createFaceAnalyzer({ workers: 2, pixelBudget: width * height * 1.5 });
    const tiny = Uint8Array.from(await sharp(photograph).resize(40).png().toBuffer());
    await pool.ready();
    const controller = new AbortController();
    const atWork = pool.analyze(picture(), request);
    const withoutRoom = pool.analyze(picture(), request, controller.signal);
    const behind = pool.analyze(tiny, request);
    expect(pool.waiting).toBe(2);
    controller.abort(new Error("gone"));
    expect(pool.waiting).toBe(0);
    await expect(withoutRoom).rejects.toThrow("gone");
    expect((await behind).faces).toEqual([]);
    expect((await atWork).faces).toHaveLength(4);
    await pool.close();
  });

  it("refuses at once what it cannot answer in time, answers the rest, then works on", async () => {
    const pool = createFaceAnalyzer({ workers: 1, waitLimit: 60_000, queueLimit: 2 });
    try {
      await pool.ready();
      const begun = performance.now();
      const all = Array.from({ length: 6 }, () =>
        pool.analyze(picture(), { ...request, landmarks: false }).then(
          () => ({ answered: true, after: performance.now() - begun }),
          (error: unknown) => {
            expect(error).toBeInstanceOf(OverloadError);
            expect((error as OverloadError).retryAfterSeconds).toBeGreaterThanOrEqual(1);
            return { answered: false, after: performance.now() - begun };
          },
        ),
      );
      const results = await Promise.all(all);
      const answered = results.filter((result) => result.answered);
      const refused = results.filter((result) => !result.answered);
      expect(answered).toHaveLength(3);
      // Refusals do not wait for any picture's end.
      expect(Math.max(...refused.map(({ after }) => after))).toBeLessThan(
        Math.min(...answered.map(({ after }) => after)),
      );
      expect((await pool.analyze(picture(), request)).faces.length).toBeGreaterThan(0);
    } finally {
      await pool.close();
    }
  });
});
