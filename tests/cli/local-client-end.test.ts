/** Faces of a client without a server end with it, however its program ends. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { photographs } from "./running-server.js";

const folder = mkdtempSync(join(tmpdir(), "mien-local-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What is left in the temporary folder of a program that detects faces and ends without closing the client. */
function leftBy(end: string): string[] {
  const program = `
    import { readFile } from "node:fs/promises";
    import { localFaceClient } from "mien";
    const client = await localFaceClient({ workers: 1 });
    const faces = await client.detect(await readFile(${JSON.stringify(photographs[0])}));
    const faceIds = faces.map(({ faceId }) => faceId);
    await client.group({ faceIds });
    process.stdout.write(faceIds[0]);
    ${end}`;
  const { stdout } = spawnSync(process.execPath, ["--input-type=module", "--eval", program], {
    cwd: import.meta.dirname,
    env: { ...process.env, TMPDIR: folder },
    encoding: "utf8",
  });
  expect(stdout).toMatch(/^[0-9a-f-]{36}$/);
  return readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((path) =>
    statSync(join(folder, path)).isFile(),
  );
}

it("a program with a client keeps its own pictures: sharp reads in it what it read before", () => {
  const program = `
    import { readFile } from "node:fs/promises";
    import { localFaceClient } from "mien";
    import sharp from "sharp";
    const webp = await sharp({ create: { width: 9, height: 9, channels: 3, background: "red" } }).webp().toBuffer();
    const threads = sharp.concurrency();
    const client = await localFaceClient({ workers: 1 });
    const faces = await client.detect(await readFile(${JSON.stringify(photographs[0])}), { returnFaceId: false });
    const { width } = await sharp(webp).metadata();
    console.log(faces.length > 0, width, sharp.concurrency() === threads);
    await client.close();`;
  const { stdout, stderr } = spawnSync(
    process.execPath,
    ["--input-type=module", "--eval", program],
    { cwd: import.meta.dirname, env: { ...process.env, TMPDIR: folder }, encoding: "utf8" },
  );
  expect(stderr).toBe("");
  expect(stdout).toBe("true 9 true\n");
});

describe("of a program that ends", () => {
  it.each([
    ["on its own", "process.exit(0);"],
    ["by a mistake", 'throw new Error("a mistake");'],
  ])("%s, nothing is left", (_how, end) => {
    expect(leftBy(end)).toEqual([]);
  });

  it("by a signal, no key is left that opens what is", () => {
    const left = leftBy('process.kill(process.pid, "SIGKILL"); await new Promise(() => {});');
    expect(left.some((path) => path.endsWith("templates.mdb"))).toBe(true);
    expect(left.filter((path) => path.endsWith("master-key"))).toEqual([]);
  });
});
