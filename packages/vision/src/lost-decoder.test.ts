/** A picture over which the decoder stands still costs its own request and no other, and no worker its models. */
import { readdirSync, readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type AnalysisRequest, type FaceAnalyzer, OverloadError } from "@mien/vision/analysis";
import { createFaceAnalyzer } from "@mien/vision/face-analyzer";

const request = {
  detectionModel: "detection_03",
  landmarks: false,
  attributes: [],
  maximumFaces: 100,
} as const;

/** Processes that this one has started, with those that ended and that nobody has heard of. */
function childProcesses(): number[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .filter((name) => {
      try {
        const [, parent] = /\) \S (\d+) /.exec(readFileSync(`/proc/${name}/stat`, "utf8")) ?? [];
        return Number(parent) === process.pid;
      } catch {
        return false;
      }
    })
    .map(Number);
}

describe.runIf(process.platform === "linux")("a decoder that stands still", () => {
  let analyzer: FaceAnalyzer;
  let before: number[];
  let threads = 0;
  const count = (): number => threads++;
  beforeAll(async () => {
    process.on("worker", count);
    before = childProcesses();
    analyzer = createFaceAnalyzer({ workers: 1, timeLimit: 6000 });
    await analyzer.ready();
  });
  afterAll(() => void process.off("worker", count));

  it("is ended in time, and those who waited behind its picture are answered", async () => {
    const small = await sharp({
      create: { width: 64, height: 48, channels: 3, background: "#888" },
    })
      .png()
      .toBuffer();
    const [decoder, ...others] = childProcesses().filter((pid) => !before.includes(pid));
    expect(others).toEqual([]);
    process.kill(decoder!, "SIGSTOP");
    const lost = analyzer.analyze(Uint8Array.from(small), request);
    const behind = [1, 2, 3].map(() => analyzer.analyze(Uint8Array.from(small), request));
    // It did nothing in all that time: the picture is as good as any.
    await expect(lost).rejects.toBeInstanceOf(OverloadError);
    for (const { width, height, faces } of await Promise.all(behind))
      expect({ width, height, faces }).toEqual({ width: 64, height: 48, faces: [] });
    expect(analyzer.lostDecoders).toBe(1);
    expect(threads).toBe(1);
  });

  it("is gone with the others when all is closed", async () => {
    await analyzer.close();
    expect(childProcesses().filter((pid) => !before.includes(pid))).toEqual([]);
  });
});

/** Milliseconds that a picture takes a worker that has just started, beside another one. */
async function timeOf(picture: Uint8Array, wanted: AnalysisRequest): Promise<number> {
  const analyzer = createFaceAnalyzer({ workers: 2 });
  try {
    await analyzer.ready();
    const start = performance.now();
    await Promise.all([1, 2].map(() => analyzer.analyze(Uint8Array.from(picture), wanted)));
    return performance.now() - start;
  } finally {
    await analyzer.close();
  }
}

it("networks that take too long are overload, no fault of the picture, and never the end of the process", async () => {
  const picture = await readFile(
    fileURLToPath(
      new URL("../../../node_modules/@vladmandic/face-api/demo/sample4.jpg", import.meta.url),
    ),
  );
  const slow: AnalysisRequest = {
    ...request,
    detectionModel: "detection_02",
    recognitionModel: "recognition_04",
  };
  // Whatever the machine, the networks take several times as long, and decoding a small part of it.
  const timeLimit = (await timeOf(picture, slow)) / 3;
  let threads = 0;
  const count = (): number => threads++;
  process.on("worker", count);
  const analyzer = createFaceAnalyzer({ workers: 2, timeLimit });
  try {
    await analyzer.ready();
    // On a busy machine it may be the decoder that takes too long, whose worker stays.
    let overloads = 0;
    for (let turn = 0; turn < 20 && threads < 4; turn++) {
      const pair = [1, 2].map(() => analyzer.analyze(Uint8Array.from(picture), slow));
      for (const outcome of await Promise.allSettled(pair))
        if (outcome.status === "rejected" && outcome.reason instanceof OverloadError) overloads++;
        else if (outcome.status === "rejected")
          expect(outcome.reason).toMatchObject({ fault: "decoderFailed" });
    }
    expect(threads).toBeGreaterThanOrEqual(4);
    // The picture is as good as any.
    expect(overloads).toBeGreaterThan(0);
  } finally {
    process.off("worker", count);
    await analyzer.close();
  }
});
