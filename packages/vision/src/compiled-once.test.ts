/** Code that V8 compiles again and again takes a core from the workers: whoever asks for a picture waits for it. */
import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, it } from "vitest";

const run = promisify(execFile);
const built = fileURLToPath(new URL("../dist/", import.meta.url));
const photograph = fileURLToPath(
  new URL("../../../node_modules/@vladmandic/face-api/demo/sample4.jpg", import.meta.url),
);
const pictures = 30;

// What a picture leaves behind is collected after each, and with it the compiled code of functions that it made.
const program = `
  import { readFile } from "node:fs/promises";
  const { analyzePicture } = await import(${JSON.stringify(join(built, "pipeline.js"))});
  const { decodePicture } = await import(${JSON.stringify(join(built, "decode.js"))});
  const { Sessions } = await import(${JSON.stringify(join(built, "sessions.js"))});
  const file = await readFile(${JSON.stringify(photograph)});
  const sessions = new Sessions();
  for (let picture = 0; picture < ${pictures}; picture++) {
    await analyzePicture(sessions, file, {
      detectionModel: "detection_03",
      recognitionModel: "recognition_03",
      landmarks: true,
      attributes: ["headPose", "exposure", "blur", "noise", "glasses"],
      maximumFaces: 100,
    }, decodePicture);
    gc();
  }
`;

it("hot functions are compiled once, not anew for each picture", async () => {
  const folder = await mkdtemp(join(tmpdir(), "mien-compiled-"));
  try {
    const log = join(folder, "v8.log");
    await run(process.execPath, [
      ...["--log-code", "--no-logfile-per-isolate", `--logfile=${log}`, "--expose-gc"],
      ...["--input-type=module", "--eval", program],
    ]);
    const times = new Map<string, number>();
    for (const line of (await readFile(log, "utf8")).split("\n")) {
      // code-creation,JS,..., name and place, ..., and a star where the code is optimised.
      const place = /^code-creation,.*,([^,]*\/packages\/vision\/dist\/[^,]+),[^,]*,\*/.exec(line);
      if (place !== null) times.set(place[1]!, (times.get(place[1]!) ?? 0) + 1);
    }
    expect(times.size).toBeGreaterThan(10);
    // Code may be thrown away when it meets what it was not compiled for, a few times.
    const again = [...times].filter(([, count]) => count > pictures / 5);
    expect(again).toEqual([]);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
