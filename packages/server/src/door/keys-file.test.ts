import { execFile } from "node:child_process";
import {
  chmodSync,
  chownSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import { SettingError } from "../setting-error.js";
import { configuredKeys, KeyRing } from "./key-ring.js";
import { changeFile } from "./exclusive-change.js";
import { addKey, parseKeys, readKeysFile, removeKey } from "./keys-file.js";
import { keyFilePath, ownKey } from "./own-key.js";

const folder = mkdtempSync(join(tmpdir(), "mien-keys-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("the file of keys", () => {
  it("holds hashes only, for its owner only, and several keys of one tenant open the same door", () => {
    const path = join(folder, "keys");
    const first = addKey(path, "shop", "till");
    const second = addKey(path, "shop", "");
    const other = addKey(path, "bank", "desk\nsha256");
    const text = readFileSync(path, "utf8");
    for (const { key } of [first, second, other]) expect(text).not.toContain(key);
    if (process.platform !== "win32") expect(statSync(path).mode & 0o077).toBe(0);

    const ring = new KeyRing(readKeysFile(path));
    expect(ring.find(first.key)?.tenant).toBe("shop");
    expect(ring.find(second.key)?.tenant).toBe("shop");
    expect(ring.find(other.key)?.tenant).toBe("bank");
    expect(ring.find(first.key)?.credential).not.toBe(ring.find(second.key)?.credential);
    expect(ring.find(`${first.key} `)).toBeUndefined();

    expect(removeKey(path, first.id)).toBe(true);
    expect(removeKey(path, first.id)).toBe(false);
    ring.replace(readKeysFile(path));
    expect(ring.find(first.key)).toBeUndefined();
    expect(ring.find(second.key)?.tenant).toBe("shop");
  });

  it.each(["\u001b[2J", "\u0000", "\u007f", "\u009b2J"])(
    "takes no note with %j in it",
    (control) => {
      const path = join(folder, "noted");
      expect(() => addKey(path, "a", `till ${control} 1`)).toThrow(SettingError);
      expect(existsSync(path)).toBe(false);
    },
  );

  it("keeps comments and appends to a last line without an end", () => {
    const path = join(folder, "commented");
    writeFileSync(path, "# ours");
    const { id } = addKey(path, "a", "");
    expect(readFileSync(path, "utf8")).toMatch(/^# ours\na sha256:[0-9a-f]{64}\n$/);
    removeKey(path, id);
    expect(readFileSync(path, "utf8")).toBe("# ours\n");
  });

  it("names a wrong line by its number and never quotes it: it may be a key", () => {
    const hash = "0".repeat(64);
    for (const line of [
      "shop:plain-secret-key",
      `shop md5:${hash}`,
      `shop sha256:${hash.slice(1)}`,
      `sh/op sha256:${hash}`,
      `${"t".repeat(129)} sha256:${hash}`,
    ]) {
      const reading = () => parseKeys(`# first\n${line}\n`, "keys");
      expect(reading).toThrow(SettingError);
      expect(reading).toThrow(/^keys: line 2 /);
      expect(reading).not.toThrow(/secret/);
    }
    expect(() => readKeysFile(join(folder, "absent"))).toThrow(SettingError);
    const path = join(folder, "wrong");
    writeFileSync(path, "# first\nshop:plain-secret-key\n");
    expect(() => removeKey(path, "0".repeat(12))).toThrow(`${path}: line 2 `);
  });

  it("is read or refused, whatever it holds, and never anything else", () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ unit: "binary" }),
          fc.stringMatching(/^(\w+ sha256:[0-9a-f]{64} ?\w*\n)*$/),
        ),
        (text) => {
          try {
            for (const { hash, tenant } of parseKeys(text, "keys")) {
              expect(hash).toHaveLength(32);
              expect(tenant).toMatch(/^[\w.@-]{1,128}$/);
            }
          } catch (error) {
            expect(error).toBeInstanceOf(SettingError);
          }
        },
      ),
    );
  });
});

describe("the file of keys, changed by several at once", () => {
  const module = JSON.stringify(import.meta.resolve("@mien/server/door/keys-file"));
  const run = (program: string, ...words: string[]) =>
    promisify(execFile)(process.execPath, [
      "--input-type=module",
      "--eval",
      `import { addKey, removeKey } from ${module}; const [, path, ...words] = process.argv; ${program}`,
      ...words,
    ]);

  it("loses no key that is added and keeps none that is withdrawn", async () => {
    const path = join(folder, "crowded");
    const withdrawn = Array.from({ length: 50 }, () => addKey(path, "gone", "").id);
    await Promise.all([
      run("for (const id of words) removeKey(path, id);", path, ...withdrawn),
      ...["a", "b", "c"].map((tenant) =>
        run("for (let i = 0; i < 50; i++) addKey(path, words[0], '');", path, tenant),
      ),
    ]);
    const tenants = readKeysFile(path).map(({ tenant }) => tenant);
    expect(tenants.filter((tenant) => tenant === "gone")).toHaveLength(0);
    expect(tenants).toHaveLength(150);
    expect(readdirSync(folder).filter((name) => name.startsWith("crowded"))).toEqual(["crowded"]);
  }, 60_000);

  it("goes on after somebody who was killed in the middle of a change", () => {
    const path = join(folder, "killed");
    writeFileSync(`${path}.lock`, "of nobody");
    addKey(path, "shop", "");
    expect(readKeysFile(path)).toHaveLength(1);
    expect(existsSync(`${path}.lock`)).toBe(false);
  }, 30_000);

  it.skipIf(process.platform === "win32")("leaves the file to those who could read it", () => {
    const path = join(folder, "of-the-service");
    addKey(path, "shop", "");
    chmodSync(path, 0o640);
    // Who administers the machine is seldom who serves.
    const owner = process.getuid!() === 0 ? 12345 : process.getuid!();
    if (process.getuid!() === 0) chownSync(path, owner, 23456);
    const { gid } = statSync(path);
    addKey(path, "shop", "");
    const { uid, mode, gid: after } = statSync(path);
    expect({ uid, gid: after, mode: mode & 0o777 }).toEqual({ uid: owner, gid, mode: 0o640 });
  });

  it.runIf(process.getuid?.() === 0).each([
    ["another user", 0, 0],
    ["its owner, whose group it is not of", 12345, 23456],
  ])("changes nothing for %s who cannot leave it to those who could read it", (_, owner, group) => {
    const place = mkdtempSync(join(tmpdir(), "mien-keys-of-root-"));
    const path = join(place, "keys");
    addKey(path, "shop", "");
    chmodSync(path, 0o644);
    chownSync(path, owner, group);
    chmodSync(place, 0o777);
    const before = readFileSync(path, "utf8");
    try {
      process.seteuid!(12345);
      expect(() => addKey(path, "shop", "")).toThrow(
        "keys cannot be changed (EPERM); only root, or its owner as a member of its group, can",
      );
    } finally {
      process.seteuid!(0);
    }
    expect(readFileSync(path, "utf8")).toBe(before);
    expect(readdirSync(place)).toEqual(["keys"]);
    rmSync(place, { recursive: true });
  });

  it.skipIf(process.platform === "win32")("changes what a link stands for, by any name", () => {
    const [path, link] = [join(folder, "real"), join(folder, "link")];
    addKey(path, "shop", "");
    symlinkSync(path, link);
    addKey(link, "shop", "");
    expect(lstatSync(link).isSymbolicLink()).toBe(true);
    expect(readKeysFile(path)).toHaveLength(2);
  });

  it("names the file where it cannot be changed", () => {
    const path = join(folder, "absent", "keys");
    expect(() => addKey(path, "shop", "")).toThrow(`${path} cannot be changed (ENOENT)`);
    expect(() => addKey(folder, "shop", "")).toThrow(`${folder} cannot be changed (EISDIR)`);
  });

  it("begins again after it was stopped for so long that others may have taken its lock", () => {
    const path = join(folder, "stopped");
    let changes = 0;
    changeFile(path, () => {
      if (++changes === 1) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 2600);
      return `${changes}`;
    });
    expect(readFileSync(path, "utf8")).toBe("2");
  });

  it("leaves a lock that others have taken meanwhile", () => {
    const path = join(folder, "overtaken");
    changeFile(path, () => {
      writeFileSync(`${path}.lock`, "of others");
      return "";
    });
    expect(readFileSync(`${path}.lock`, "utf8")).toBe("of others");
  });

  it("leaves no lock where a change is refused", () => {
    const path = join(folder, "refused");
    writeFileSync(path, "a plain key\n");
    expect(() => addKey(path, "shop", "")).toThrow(SettingError);
    expect(() => removeKey(path, "0".repeat(12))).toThrow(SettingError);
    expect(existsSync(`${path}.lock`)).toBe(false);
  });
});

describe("the key of a data directory", () => {
  it("is made once, for its owner only, and read from then on", () => {
    const directory = join(folder, "data");
    const key = ownKey(directory);
    expect(key).toMatch(/^[0-9a-f]{64}$/);
    expect(ownKey(directory)).toBe(key);
    if (process.platform !== "win32") expect(statSync(keyFilePath(directory)).mode & 0o077).toBe(0);
    expect(readdirSync(directory)).toEqual(["key"]);
  });

  it("that is empty, as a full disk leaves it, is named: no caller could send it", () => {
    const directory = join(folder, "full");
    mkdirSync(directory);
    writeFileSync(keyFilePath(directory), "");
    expect(() => ownKey(directory)).toThrow(SettingError);
  });

  it("that holds what no header carries is named", () => {
    const directory = join(folder, "odd");
    mkdirSync(directory);
    for (const content of ["schlüssel", "one\ntwo"]) {
      writeFileSync(keyFilePath(directory), content);
      expect(() => ownKey(directory)).toThrow(/does not contain a usable key/);
    }
  });
});

describe("configured keys", () => {
  it("are key or tenant:key; a key may hold colons", () => {
    const ring = new KeyRing(configuredKeys(["plain", "shop:till", "bank:a:b"]));
    expect(ring.find("plain")?.tenant).toBe("default");
    expect(ring.find("till")?.tenant).toBe("shop");
    expect(ring.find("a:b")?.tenant).toBe("bank");
    expect(ring.find("shop:till")).toBeUndefined();
  });

  it.each([":key", "shop:", "sh op:key", "shop:schlüssel", "a\tb", "k".repeat(1025)])(
    "%s is refused",
    (entry) => {
      expect(() => configuredKeys([entry])).toThrow(SettingError);
    },
  );
});
