import { spawnSync } from "node:child_process";
import {
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { destroyFiles, destroyNames } from "./secret-files.js";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "mien-secret-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const file = (name: string, content = "secret"): string => {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
};

describe("a secret file that cannot be written whole", () => {
  it.each([
    ["createSecretFile", []],
    ["replaceSecretFile", ["secret"]],
  ] as const)("by %s is an error and leaves nothing", (name, present) => {
    for (const each of present) file(each);
    const program = `
      import { ${name} } from ${JSON.stringify(new URL("../dist/secret-files.js", import.meta.url))};
      try { ${name}(process.argv[1], "content"); } catch ({ code }) { console.log(code); }`;
    // No file may grow: a write fails as on a full disk, after the file was made.
    const { stdout, stderr } = spawnSync(
      "bash",
      [
        ...["-c", 'ulimit -f 0; exec "$0" "$@"', process.execPath],
        ...["--input-type=module", "--eval", program, join(folder, "secret")],
      ],
      { encoding: "utf8" },
    );
    expect(stderr).toBe("");
    expect(stdout).toBe("EFBIG\n");
    expect(readdirSync(folder)).toEqual(present);
  });
});

describe("files of one folder", () => {
  it("are destroyed together: those that are empty or gone too", () => {
    file("one");
    file("empty", "");
    const other = file("other");
    destroyFiles(folder, ["one", "gone", "empty"]);
    expect(readdirSync(folder)).toEqual(["other"]);
    expect(readFileSync(other, "utf8")).toBe("secret");
  });

  it.each([destroyFiles, destroyNames])(
    "are destroyed, all but one that cannot be, and that is told",
    (destroy) => {
      // Opened for writing, a folder is an error whoever asks, root too.
      mkdirSync(join(folder, "first"));
      mkdirSync(join(folder, "second"));
      for (const name of ["one", "two"]) file(name);
      expect(() => destroy(folder, ["first", "one", "second", "two"])).toThrow(
        join(folder, "first"),
      );
      expect(readdirSync(folder).sort()).toEqual(["first", "second"]);
    },
  );

  it("lose a name and keep what they hold under another, unless all of it is to go", () => {
    const kept = file("kept");
    for (const name of ["first", "second"]) linkSync(kept, join(folder, name));
    file("single");
    destroyNames(folder, ["first", "gone", "single"]);
    expect(readdirSync(folder).sort()).toEqual(["kept", "second"]);
    expect(readFileSync(kept, "utf8")).toBe("secret");
    destroyFiles(folder, ["second"]);
    expect(readFileSync(kept, "utf8")).not.toBe("secret");
  });
});
