/** The process that decodes: it answers what the decoder answers, dies alone, and is believed no more than a picture. */
import {
  closeSync,
  mkdtempSync,
  openSync,
  readFileSync,
  readSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { crc32 } from "node:zlib";
import sharp from "sharp";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { OverloadError, PictureError } from "@mien/vision/analysis";
// The process runs the built files, so what starts it is taken from there too.
import { DecoderLostError, DecoderProcess } from "@mien/vision/decoder-process";
import { SharedBytes } from "@mien/vision/shared-bytes";
import { decodeBmp } from "./bmp.js";
import { decodePicture } from "./decode.js";

const width = 300;
const height = 200;
const noise = Buffer.from(
  Array.from({ length: width * height * 3 }, (_, at) => (at * 7919 + (at >> 5) * 31) % 251),
);
const picture = sharp(noise, { raw: { width, height, channels: 3 } });

function bitmap(width: number, height: number, pixels: Buffer): Buffer {
  const header = Buffer.alloc(54);
  header.write("BM");
  header.writeUInt32LE(54, 10);
  header.writeUInt32LE(40, 14);
  header.writeInt32LE(width, 18);
  header.writeInt32LE(height, 22);
  header.writeUInt16LE(1, 26);
  header.writeUInt16LE(24, 28);
  return Buffer.concat([header, pixels]);
}

const files: Record<string, () => Promise<Buffer>> = {
  jpeg: () => picture.clone().jpeg().withMetadata({ orientation: 6 }).toBuffer(),
  png: () => picture.clone().png().toBuffer(),
  gif: () => picture.clone().gif().toBuffer(),
  bmp: () => Promise.resolve(bitmap(width, height, noise)),
  "a large jpeg": () => picture.clone().resize(4000, 3000).jpeg().toBuffer(),
};

const share = SharedBytes.create.bind(SharedBytes);
const ways: Record<string, () => SharedBytes | undefined> = {
  "memory that is shared": share,
  "a socket, where none can be shared": () => undefined,
  // Whatever is written to this device does not fit, and there is nothing to give back.
  "a socket, where there is no room": () =>
    Object.assign(new SharedBytes(openSync("/dev/full", "w+")), { release: () => undefined }),
};

describe.runIf(process.platform === "linux").each(Object.keys(ways))("by %s", (way) => {
  let decoder: DecoderProcess;
  beforeAll(async () => {
    const create = vi.spyOn(SharedBytes, "create").mockImplementation(ways[way]!);
    decoder = new DecoderProcess(30_000);
    create.mockRestore();
    await decoder.ready();
  });
  afterAll(() => decoder.end());

  it.each(Object.keys(files))("the very pixels of the decoder are answered: %s", async (name) => {
    const file = await files[name]!();
    const own = await decodePicture(file);
    const answered = await decoder.decode(file);
    expect([answered.width, answered.height]).toEqual([own.width, own.height]);
    expect([answered.picture.width, answered.picture.height]).toEqual([
      own.picture.width,
      own.picture.height,
    ]);
    expect(Buffer.compare(answered.picture.data, own.picture.data)).toBe(0);
  });
});

describe("a decoder", () => {
  let decoder: DecoderProcess;
  beforeAll(async () => {
    decoder = new DecoderProcess(30_000);
    await decoder.ready();
  });
  afterAll(() => decoder.end());

  it("says why a picture is refused, and goes on", async () => {
    const { pid } = decoder;
    const truncated = (await files["png"]!()).subarray(0, 5000);
    await expect(decoder.decode(Buffer.alloc(2000))).rejects.toMatchObject({
      fault: "formatUnsupported",
    });
    await expect(decoder.decode(truncated)).rejects.toMatchObject({ fault: "decoderFailed" });
    const giant = await sharp({
      create: { width: 9000, height: 9000, channels: 3, background: "#888" },
    })
      .png()
      .toBuffer();
    await expect(decoder.decode(giant)).rejects.toMatchObject({ fault: "tooManyPixels" });
    expect((await decoder.decode(await files["gif"]!())).width).toBe(width);
    expect(decoder.pid).toBe(pid);
  });

  it("knows no secret of the process that it works for", async () => {
    const script = scriptOf(`process.on("message", () =>
      process.send({ kind: "failed", message: JSON.stringify(process.env) }))`);
    process.env["MIEN_API_KEYS"] = "one:very-secret";
    const curious = new DecoderProcess(30_000, script);
    try {
      await curious.ready();
      await expect(curious.decode(Buffer.alloc(10))).rejects.toThrow(/MALLOC_ARENA_MAX/);
      await expect(curious.decode(Buffer.alloc(10))).rejects.not.toThrow(/secret/);
    } finally {
      delete process.env["MIEN_API_KEYS"];
      await curious.end();
    }
  });
});

/** Whether the bytes are somewhere in the memory of a process. */
function hasInMemory(pid: number, bytes: Buffer): boolean {
  const memory = openSync(`/proc/${pid}/mem`, "r");
  try {
    for (const line of readFileSync(`/proc/${pid}/maps`, "latin1").split("\n")) {
      const [, from, to] = /^([0-9a-f]+)-([0-9a-f]+) rw/.exec(line) ?? [];
      if (from === undefined || to === undefined) continue;
      const [start, end] = [parseInt(from, 16), parseInt(to, 16)];
      if (end - start < bytes.length) continue;
      const part = Buffer.alloc(Math.min(end - start, 64 * 1024 * 1024));
      // Pieces overlap, for the bytes may lie across two of them.
      for (let at = start; at < end; at += part.length - bytes.length + 1) {
        let read = 0;
        try {
          read = readSync(memory, part, 0, Math.min(part.length, end - at), at);
        } catch {
          // Given back since the list was read.
        }
        if (part.subarray(0, read).includes(bytes)) return true;
      }
    }
    return false;
  } finally {
    closeSync(memory);
  }
}

/** With its orientation in a chunk behind the pixels, where some cameras write it. */
function withLateExif(png: Buffer): Buffer {
  const exif = Buffer.from("4d4d002a000000080001011200030000000100010000", "hex");
  const body = Buffer.concat([Buffer.from("eXIf"), exif]);
  const chunk = Buffer.alloc(body.length + 8);
  chunk.writeUInt32BE(exif.length, 0);
  body.copy(chunk, 4);
  chunk.writeUInt32BE(crc32(body), body.length + 4);
  // Before the last chunk, which has twelve bytes.
  return Buffer.concat([png.subarray(0, -12), chunk, png.subarray(-12)]);
}

describe.runIf(process.platform === "linux")("what was uploaded", () => {
  const large = picture.clone().resize(1200, 800);
  const cases: Record<string, () => Promise<Buffer>> = {
    "a picture": () => large.clone().jpeg().toBuffer(),
    "a picture without its end": async () =>
      (await large.clone().jpeg().toBuffer()).subarray(0, -2),
    "a grey picture": () => large.clone().greyscale().jpeg().toBuffer(),
    "a picture with late EXIF": async () => withLateExif(await large.clone().png().toBuffer()),
    "a bitmap that is shrunk": async () =>
      bitmap(4000, 400, await picture.clone().resize(4000, 400).raw().toBuffer()),
    "a picture that is refused": async () =>
      Buffer.concat([Buffer.alloc(16), await large.clone().jpeg().toBuffer()]),
  };
  it.each(Object.keys(cases))("is not kept by the decoder after its answer: %s", async (name) => {
    const decoder = new DecoderProcess(30_000);
    try {
      const file = await cases[name]!();
      const decoded = await decoder.decode(file).catch(() => undefined);
      expect(decoded !== undefined).toBe(name !== "a picture that is refused");
      for (const part of [0.1, 0.3, 0.5, 0.7]) {
        const at = Math.floor(part * file.length);
        expect(hasInMemory(decoder.pid!, file.subarray(at, at + 64))).toBe(false);
      }
      const seen: Buffer[] = [];
      if (decoded !== undefined) seen.push(Buffer.from(decoded.picture.data));
      if (name === "a bitmap that is shrunk")
        seen.push(Buffer.from(decodeBmp(file, 2_000_000).data));
      // Rows may remain where libvips had them on their way; the picture does not.
      for (const bytes of seen)
        for (const part of [0.1, 0.4]) {
          const at = Math.floor(part * bytes.length);
          const half = bytes.subarray(at, at + Math.floor(bytes.length / 2));
          expect(hasInMemory(decoder.pid!, half)).toBe(false);
        }
    } finally {
      await decoder.end();
    }
  });

  it("would be found where it is kept", async () => {
    const create = vi.spyOn(SharedBytes, "create").mockReturnValue(undefined);
    const keeping = `let kept; process.on("message", ({ bytes }) => {
      kept = bytes; process.send({ kind: "failed", message: "kept" }); })`;
    const decoder = new DecoderProcess(30_000, scriptOf(keeping));
    create.mockRestore();
    try {
      const file = await files["png"]!();
      await expect(decoder.decode(file)).rejects.toThrow("kept");
      expect(hasInMemory(decoder.pid!, file.subarray(1000, 1064))).toBe(true);
    } finally {
      await decoder.end();
    }
  });
});

/** Pages that the system has made for the process. */
function pageFaults(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
  return Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[10 - 3]);
}

const { header } = process.report.getReport() as { header: { glibcVersionRuntime?: string } };

it.runIf(header.glibcVersionRuntime !== undefined)(
  "keeps its memory from one picture to the next, since fresh memory costs as much as decoding",
  async () => {
    const file = await picture.clone().resize(1920, 1080).jpeg().toBuffer();
    const decoder = new DecoderProcess(30_000);
    try {
      for (let round = 0; round < 10; round++) await decoder.decode(file);
      const before = pageFaults(decoder.pid!);
      for (let round = 0; round < 20; round++) await decoder.decode(file);
      const pagesOfPicture = (1920 * 1080 * 3) / 4096;
      expect((pageFaults(decoder.pid!) - before) / 20).toBeLessThan(pagesOfPicture / 4);
    } finally {
      await decoder.end();
    }
  },
);

describe.runIf(process.platform !== "win32")("a decoder that is lost", () => {
  let decoder: DecoderProcess;
  afterEach(() => decoder.end());

  /** Sends a picture to a process that stands still, so that a signal certainly meets it at work. */
  async function lose(signal: NodeJS.Signals): Promise<unknown> {
    const pid = decoder.pid!;
    process.kill(pid, "SIGSTOP");
    const lost = decoder.decode(await files["png"]!()).catch((error: unknown) => error);
    process.kill(pid, signal);
    process.kill(pid, "SIGCONT");
    return lost;
  }

  it.each(["SIGSEGV", "SIGABRT", "SIGBUS", "SIGKILL"] as const)(
    "by %s costs its picture, and the next is decoded by another",
    async (signal) => {
      decoder = new DecoderProcess(30_000);
      await decoder.ready();
      const before = decoder.pid;
      const error = await lose(signal);
      expect(error).toBeInstanceOf(PictureError);
      expect((error as PictureError).fault).toBe("decoderFailed");
      expect((error as PictureError).cause).toBeInstanceOf(DecoderLostError);
      expect(((error as PictureError).cause as Error).message).toContain(signal);
      expect((await decoder.decode(await files["png"]!())).width).toBe(width);
      expect(decoder.pid).not.toBe(before);
    },
  );

  it("by standing still is ended in time, which is not its picture's fault, and the next picture is decoded by another", async () => {
    decoder = new DecoderProcess(1000);
    await decoder.ready();
    const before = decoder.pid!;
    process.kill(before, "SIGSTOP");
    const begun = performance.now();
    const error = await decoder.decode(await files["png"]!()).catch((reason: unknown) => reason);
    expect(performance.now() - begun).toBeGreaterThan(900);
    if (process.platform === "linux") {
      expect(error).toBeInstanceOf(OverloadError);
      expect(error).toMatchObject({ retryAfterSeconds: 1, cause: expect.any(DecoderLostError) });
    } else expect(error).toMatchObject({ fault: "decoderFailed" });
    await decoder.ready();
    expect(() => process.kill(before, 0)).toThrow("ESRCH");
    await decoder.end();
    decoder = new DecoderProcess(30_000);
    expect((await decoder.decode(await files["png"]!())).width).toBe(width);
  });

  it("by being busy with its picture for all of its time has its picture to blame", async () => {
    // Several threads, which get their share of a processor also where other tests run beside this one.
    const busy = `import { Worker } from "node:worker_threads";
      const threads = [1, 2, 3, 4].map(() => new Worker(
        "require('node:worker_threads').parentPort.once('message', () => { for (;;); })",
        { eval: true },
      ));
      await Promise.all(threads.map((thread) => new Promise((done) => thread.once("online", done))));
      process.on("message", () => threads.forEach((thread) => thread.postMessage("begin")))`;
    decoder = new DecoderProcess(2000, scriptOf(busy));
    const error = await decoder.decode(Buffer.alloc(10)).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ fault: "decoderFailed", cause: expect.any(DecoderLostError) });
  });

  it("at its start costs none", async () => {
    decoder = new DecoderProcess(30_000);
    process.kill(decoder.pid!, "SIGKILL");
    expect((await decoder.decode(await files["png"]!())).width).toBe(width);
  });

  it("between two pictures costs none", async () => {
    decoder = new DecoderProcess(30_000);
    await decoder.ready();
    const before = decoder.pid!;
    process.kill(before, "SIGKILL");
    await expect.poll(() => decoder.pid).not.toBe(before);
    expect((await decoder.decode(await files["png"]!())).width).toBe(width);
  });
});

const folder = mkdtempSync(join(tmpdir(), "mien-decoder-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
let scripts = 0;

function scriptOf(body: string): URL {
  const path = join(folder, `${scripts++}.mjs`);
  writeFileSync(
    path,
    `process.on("disconnect", () => process.exit());\n${body};\nprocess.send({ kind: "ready" });`,
  );
  return pathToFileURL(path);
}

describe("a decoder that a picture has taken over", () => {
  const claims = [
    { width: 10, height: 10, picture: { width: 100_000, height: 100_000 } },
    { width: 10, height: 10, picture: { width: 3000, height: 2000 } },
    { width: 10, height: 10, picture: { width: -2, height: -2 } },
    { width: 10, height: 10, picture: { width: 1.5, height: 2 } },
    { width: "10", height: 10, picture: { width: 2, height: 2 } },
    { width: 0, height: 10, picture: { width: 2, height: 2 } },
    { width: 10, height: 10, picture: { width: 2, height: 2 }, bytes: new Uint8Array(11) },
    { width: 10, height: 10, picture: { width: 2, height: 2 }, bytes: "twelve bytes" },
    { width: 10, height: 10 },
    {},
  ];
  it.each(claims)("is not believed: %j", async (claim) => {
    const answer = `{ kind: "decoded", ...${JSON.stringify(claim, (_, value: unknown) =>
      value instanceof Uint8Array ? [...value] : value,
    )} }`;
    const decoder = new DecoderProcess(
      10_000,
      scriptOf(`process.on("message", () => { const answer = ${answer};
        if (Array.isArray(answer.bytes)) answer.bytes = Uint8Array.from(answer.bytes);
        process.send(answer); })`),
    );
    try {
      await decoder.ready();
      await expect(decoder.decode(Buffer.alloc(100))).rejects.toMatchObject({
        fault: "decoderFailed",
      });
    } finally {
      await decoder.end();
    }
  });

  it("is asked for no further picture: the next waits for its successor", async () => {
    const once = join(folder, "lied-once");
    const decoder = new DecoderProcess(
      10_000,
      scriptOf(`import { existsSync, writeFileSync } from "node:fs";
        process.on("message", () => {
          const lie = !existsSync(${JSON.stringify(once)});
          writeFileSync(${JSON.stringify(once)}, "");
          const size = { width: 2, height: 2 };
          process.send({ kind: "decoded", ...size, picture: size, bytes: new Uint8Array(lie ? 11 : 12) });
        })`),
    );
    try {
      await decoder.ready();
      await expect(decoder.decode(Buffer.alloc(100))).rejects.toMatchObject({
        fault: "decoderFailed",
      });
      expect((await decoder.decode(Buffer.alloc(100))).picture.data).toHaveLength(12);
    } finally {
      await decoder.end();
    }
  });

  it("is not waited for when it does not even start, and tried again by the next picture", async () => {
    const decoder = new DecoderProcess(10_000, scriptOf("process.exit(3)"));
    try {
      await expect(decoder.ready()).rejects.toThrow(DecoderLostError);
      await expect(decoder.decode(Buffer.alloc(100))).rejects.toThrow("ended with code 3");
    } finally {
      await decoder.end();
    }
  });
});

describe.runIf(process.platform === "linux")("shared bytes", () => {
  it("are read as they were written, and no longer than they are there", () => {
    const shared = SharedBytes.create()!;
    const bytes = Uint8Array.from(noise);
    expect(shared.put(bytes)).toBe(true);
    expect(Buffer.compare(shared.take(bytes.length), bytes)).toBe(0);
    expect(() => shared.take(bytes.length + 1)).toThrow(RangeError);
    shared.release();
    expect(() => shared.take(1)).toThrow(RangeError);
    expect(shared.take(0)).toHaveLength(0);
    shared.close();
  });
});
