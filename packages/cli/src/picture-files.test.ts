import { linkSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { exitCodes } from "./exit-codes.js";
import { findPictures } from "./picture-files.js";

let root: string;
let told: string;
const stream = { write: (text: string) => (told += text) };
const terminal = { out: stream, error: stream, environment: {} };
const make = (...names: string[]) => {
  for (const name of names) writeFileSync(join(root, name), name);
};
beforeEach(() => {
  told = "";
  root = mkdtempSync(join(tmpdir(), "pictures-"));
});
afterEach(() => rmSync(root, { recursive: true }));

it.skipIf(process.platform === "win32")(
  "follows links to pictures, each picture once",
  async () => {
    mkdirSync(join(root, "album"));
    mkdirSync(join(root, "folder.jpg"));
    make("elsewhere.jpg", "album/b.jpg");
    symlinkSync("b.jpg", join(root, "album/a.jpg"));
    linkSync(join(root, "album/b.jpg"), join(root, "album/c.jpg"));
    symlinkSync("../elsewhere.jpg", join(root, "album/d.jpg"));
    symlinkSync("../folder.jpg", join(root, "album/e.jpg"));
    expect(await findPictures([join(root, "album")], terminal)).toEqual({
      files: [join(root, "album/b.jpg"), join(root, "album/d.jpg")],
      exitCode: exitCodes.done,
    });
    expect(told).toBe("");
  },
);

// Such names have no folder that is read either, whoever runs this.
it.skipIf(process.platform !== "linux")(
  "tells what below a folder cannot be read, and goes on",
  async () => {
    make("a.jpg", "z.jpg");
    const latin1 = (name: string) => Buffer.from(join(root, name), "latin1");
    writeFileSync(latin1("caf\u00e9.jpg"), "");
    mkdirSync(latin1("\u00e9t\u00e9"));
    symlinkSync("nowhere", join(root, "gone.jpg"));
    expect(await findPictures([root], terminal)).toEqual({
      files: [join(root, "a.jpg"), join(root, "z.jpg")],
      exitCode: exitCodes.refused,
    });
    const unnamed = "the name is not valid UTF-8, so the file cannot be opened: rename it";
    expect(told.trimEnd().split("\n")).toEqual([
      `! ${root}/caf\ufffd.jpg: ${unnamed}`,
      `! ${root}/gone.jpg: no such file or folder`,
      `! ${root}/\ufffdt\ufffd: ${unnamed}`,
    ]);
  },
);
