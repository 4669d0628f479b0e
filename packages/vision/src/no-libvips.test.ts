/** The library that reads strangers' files stays out of the process that holds keys, templates and networks. */
import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import sharp from "sharp";
import { expect, it } from "vitest";

const run = promisify(execFile);
const analyzer = new URL("../dist/face-analyzer.js", import.meta.url).href;
const photograph = fileURLToPath(
  new URL("../../../node_modules/@vladmandic/face-api/demo/sample4.jpg", import.meta.url),
);

const program = `
  import { readFileSync } from "node:fs";
  const { createFaceAnalyzer } = await import(${JSON.stringify(analyzer)});
  const pool = createFaceAnalyzer({ workers: 1 });
  const { faces } = await pool.analyze(readFileSync(process.argv[1]), {
    detectionModel: "detection_03",
    landmarks: false,
    attributes: [],
    maximumFaces: 100,
  });
  const mapped = readFileSync("/proc/self/maps", "utf8");
  await pool.close();
  const libraries = ["libonnxruntime", "libvips"].filter((name) => mapped.includes(name));
  process.stdout.write(JSON.stringify({ faces: faces.length, libraries }));
`;

it.runIf(process.platform === "linux")(
  "a picture on its side is decoded and turned without libvips in the server's own process",
  async () => {
    const folder = await mkdtemp(join(tmpdir(), "mien-turned-"));
    try {
      const file = join(folder, "on-its-side.png");
      await sharp(photograph).rotate(90).png().toFile(file);
      const { stdout } = await run(process.execPath, [
        "--input-type=module",
        "--eval",
        program,
        file,
      ]);
      const { faces, libraries } = JSON.parse(stdout) as { faces: number; libraries: string[] };
      expect(faces).toBeGreaterThan(0);
      expect(libraries).toEqual(["libonnxruntime"]);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  },
);
