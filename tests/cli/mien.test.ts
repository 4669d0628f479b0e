/** The command as people and scripts use it: its answers, its exit codes, and what it does to files. */
import { execFileSync, spawnSync } from "node:child_process";
import {
  chmodSync,
  closeSync,
  copyFileSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { createServer, get } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { generate } from "selfsigned";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { mienScript, photographs, startServer, type RunningServer } from "./running-server.js";

let server: RunningServer;
const folder = mkdtempSync(join(tmpdir(), "mien-command-"));
beforeAll(async () => {
  server = await startServer();
});
afterAll(async () => {
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
});

interface Outcome {
  readonly code: number | null;
  readonly out: string;
  readonly error: string;
}

/** Runs `mien` against the server, or against nothing when an environment of its own is given. */
function mien(words: readonly string[], environment?: Readonly<Record<string, string>>): Outcome {
  const result = spawnSync(process.execPath, [mienScript, ...words], {
    cwd: folder,
    encoding: "utf8",
    env: {
      ...process.env,
      ...(environment ?? { MIEN_ENDPOINT: server.endpoint, MIEN_KEY: server.key }),
    },
  });
  return { code: result.status, out: result.stdout, error: result.stderr };
}

describe("mien detect", () => {
  it("prints a table of the faces for people", () => {
    const { code, out } = mien(["detect", photographs[2]!]);
    expect(code).toBe(0);
    const [title, ...rows] = out.trimEnd().split("\n");
    expect(title).toMatch(/^File +Face +Left +Top +Width +Height$/);
    expect(rows.length).toBeGreaterThanOrEqual(3);
    // Nothing but text where the output is no terminal.
    expect(out).not.toContain("\u001b");
  });

  it("prints JSON for programs, and goes on after a file that is refused", () => {
    const broken = join(folder, "broken.jpg");
    writeFileSync(broken, "x".repeat(4096));
    const { code, out } = mien(["detect", broken, photographs[2]!, "--json", "--landmarks"]);
    expect(code).toBe(3);
    const [refused, found] = JSON.parse(out);
    expect(refused).toEqual({
      file: broken,
      error: { code: "InvalidImage", message: "Decoding error, image format unsupported." },
    });
    expect(Object.keys(found.faces[0].faceLandmarks)).toHaveLength(27);
    expect(found.faces[0].faceId).toBeUndefined();
  });

  it("says that a folder holds no picture", () => {
    const empty = join(folder, "empty");
    mkdirSync(empty);
    writeFileSync(join(empty, "notes.txt"), "no picture");
    const { code, out, error } = mien(["detect", empty, "--json"]);
    expect({ code, out }).toEqual({ code: 0, out: "[]\n" });
    expect(error).toContain(`${empty}: contains no pictures`);
  });

  it("draws the faces onto copies", async () => {
    const drawn = join(folder, "drawn");
    expect(mien(["detect", photographs[2]!, photographs[3]!, "--draw", drawn]).code).toBe(0);
    expect(readdirSync(drawn).sort()).toEqual(["sample3.jpg", "sample4.jpg"]);
    const [original, copy] = await Promise.all(
      [photographs[2]!, join(drawn, "sample3.jpg")].map((file) => sharp(file).stats()),
    );
    expect(copy!.channels[0]!.mean).not.toBeCloseTo(original!.channels[0]!.mean, 3);
  });

  it("says which drawing could not be written, by its exit code too", () => {
    const drawn = join(folder, "occupied");
    mkdirSync(join(drawn, "sample3.jpg"), { recursive: true });
    const { code, error } = mien(["detect", photographs[2]!, photographs[3]!, "--draw", drawn]);
    expect(error).toContain("sample3.jpg: not drawn: ");
    expect(code).toBe(3);
    expect(existsSync(join(drawn, "sample4.jpg"))).toBe(true);
  });

  it("does not draw over the pictures themselves", () => {
    const album = join(folder, "album");
    mkdirSync(album);
    const picture = join(album, "photo.jpg");
    copyFileSync(photographs[2]!, picture);
    const { code, error } = mien(["detect", album, "--draw", join(album, ".")]);
    expect(readFileSync(picture).equals(readFileSync(photographs[2]!))).toBe(true);
    expect(code).toBe(2);
    expect(error).toContain("choose another folder");
  });

  it("draws over its own drawings alone", () => {
    const [album, below] = [join(folder, "own"), join(folder, "own/2020")];
    mkdirSync(below, { recursive: true });
    copyFileSync(photographs[2]!, join(below, "photo.jpg"));
    copyFileSync(photographs[3]!, join(album, "photo.jpg"));
    const { code, error } = mien(["detect", below, "--draw", album]);
    const kept = readFileSync(join(album, "photo.jpg"));
    expect(kept.equals(readFileSync(photographs[3]!))).toBe(true);
    expect(code).toBe(3);
    expect(error).toContain(`${join(album, "photo.jpg")} exists and was not drawn by mien`);
    const drawn = join(album, "drawn");
    for (const again of [false, true]) {
      expect(existsSync(join(drawn, "photo.jpg"))).toBe(again);
      expect(mien(["detect", below, "--draw", drawn]).code).toBe(0);
    }
  });

  it("finds the faces of a picture that is too large for the service, on the file's own pixels", async () => {
    const small = JSON.parse(mien(["detect", photographs[2]!, "--json"]).out)[0].faces;
    const large = join(folder, "large.png");
    const { width } = await sharp(photographs[2]).metadata();
    await sharp(photographs[2])
      .resize({ width: width * 2 })
      .png({ compressionLevel: 1 })
      .toFile(large);
    expect(statSync(large).size).toBeGreaterThan(6 * 1024 * 1024);
    const faces = JSON.parse(mien(["detect", large, "--json"]).out)[0].faces;
    const [expected, actual] = [small[0].faceRectangle, faces[0].faceRectangle];
    expect(Math.abs(actual.left - 2 * expected.left)).toBeLessThan(expected.width / 2);
    expect(Math.abs(actual.width - 2 * expected.width)).toBeLessThan(expected.width / 2);
  });
});

describe("mien verify, similar and group", () => {
  it("verify answers by its exit code", () => {
    expect(mien(["verify", photographs[0]!, photographs[0]!])).toMatchObject({
      code: 0,
      out: expect.stringMatching(/^the same person, confidence/) as string,
    });
    const different = mien(["verify", photographs[0]!, photographs[4]!, "--json"]);
    expect(different.code).toBe(1);
    expect(JSON.parse(different.out)).toMatchObject({ isIdentical: false });
  });

  it("verify says which picture has no face", async () => {
    const empty = join(folder, "empty.png");
    await sharp({
      create: {
        width: 320,
        height: 240,
        channels: 3,
        background: "teal",
        noise: { type: "gaussian", mean: 128, sigma: 20 },
      },
    })
      .png()
      .toFile(empty);
    const { code, error } = mien(["verify", photographs[0]!, empty]);
    expect(code).toBe(3);
    expect(error).toContain(`${empty}: no face found`);
    const told = JSON.parse(mien(["verify", photographs[0]!, empty, "--json"]).out);
    expect(told).toMatchObject({ error: { code: "noFace" } });
  });

  it("similar finds a person, the most similar first", () => {
    const { code, out } = mien([
      "similar",
      photographs[5]!,
      photographs[4]!,
      photographs[5]!,
      "--mode",
      "matchFace",
      "--json",
    ]);
    expect(code).toBe(0);
    const found = JSON.parse(out) as { confidence: number }[];
    expect(found[0]).toMatchObject({ file: photographs[5], number: 1 });
    const confidences = found.map(({ confidence }) => confidence);
    expect(confidences).toEqual([...confidences].sort((a, b) => b - a));
  });

  it("group puts the faces of the same people together", () => {
    const copy = join(folder, "copy.jpg");
    copyFileSync(photographs[5]!, copy);
    const { code, out } = mien(["group", photographs[5]!, copy, "--json"]);
    expect(code).toBe(0);
    const { people } = JSON.parse(out) as { people: { file: string }[][] };
    expect(people.length).toBeGreaterThanOrEqual(3);
    expect(new Set(people[0]!.map(({ file }) => file))).toEqual(new Set([photographs[5], copy]));
  });
});

describe("mien sort", () => {
  it("shows first, links then, and adds later to folders that were renamed", () => {
    const from = join(folder, "photographs");
    const to = join(folder, "people");
    mkdirSync(from);
    copyFileSync(photographs[5]!, join(from, "a.jpg"));
    copyFileSync(photographs[5]!, join(from, "b.jpg"));
    const dry = mien(["sort", from, to]);
    expect(dry.code).toBe(0);
    expect(dry.out).toContain("Nothing was changed.");
    expect(readdirSync(to)).toEqual([".mien-sort"]);

    expect(mien(["sort", from, to, "--apply"]).code).toBe(0);
    expect(existsSync(join(to, ".mien-sort"))).toBe(false);
    const first = join(to, "person-001");
    expect(readdirSync(first).sort()).toEqual(["a.jpg", "b.jpg"]);
    expect(statSync(join(first, "a.jpg")).ino).toBe(statSync(join(from, "a.jpg")).ino);

    renameSync(first, join(to, "Anna"));
    copyFileSync(photographs[5]!, join(from, "c.jpg"));
    expect(mien(["sort", from, to, "--apply"]).code).toBe(0);
    expect(readdirSync(join(to, "Anna")).sort()).toEqual(["a.jpg", "b.jpg", "c.jpg"]);
    expect(mien(["sort", from, to]).out).toContain("--apply will create 0 links.");
  });

  it("takes a photograph out of those of people seen once when the person comes again", () => {
    const from = join(folder, "growing");
    const to = join(folder, "grown");
    mkdirSync(from);
    copyFileSync(photographs[0]!, join(from, "a.jpg"));
    expect(mien(["sort", from, to, "--apply"]).code).toBe(0);
    expect(readdirSync(join(to, "seen-once"))).toEqual(["a.jpg"]);
    copyFileSync(photographs[0]!, join(from, "b.jpg"));
    expect(mien(["sort", from, to]).out).toContain("links and remove 1 outdated links.");
    expect(readdirSync(join(to, "seen-once"))).toEqual(["a.jpg"]);
    expect(mien(["sort", from, to, "--apply"]).out).toContain("created, 1 outdated links removed.");
    expect(readdirSync(join(to, "seen-once"))).toEqual([]);
    expect(readdirSync(join(to, "person-001")).sort()).toEqual(["a.jpg", "b.jpg"]);
    expect(existsSync(join(from, "a.jpg"))).toBe(true);
  });

  it.skipIf(process.platform === "win32")(
    "takes links to one photograph for one, and what its target holds for sorted",
    () => {
      const from = join(folder, "linked");
      mkdirSync(from);
      copyFileSync(photographs[0]!, join(from, "z.jpg"));
      symlinkSync(from, join(folder, "to-linked"));
      const counts = (...words: string[]) => {
        const { code, out } = mien(["sort", ...words, "--apply", "--json"]);
        expect(code).toBe(0);
        return (JSON.parse(out) as { folders: Record<string, number> }).folders;
      };
      const once = { "seen-once": 1 };
      expect(counts(from, join(from, "people"))).toEqual(once);
      expect(counts(from, join(from, "other"))).toEqual(once);
      expect(counts(from, join(folder, "to-linked/people"))).toEqual(once);
      expect(readdirSync(join(from, "people/seen-once"))).toEqual(["z.jpg"]);
      for (const target of [from, folder]) expect(mien(["sort", from, target]).code).toBe(2);
    },
  );

  it("does not look again at what an interrupted run has seen", () => {
    const from = join(folder, "resumed");
    const to = join(folder, "resumed-people");
    mkdirSync(from);
    copyFileSync(photographs[5]!, join(from, "a.jpg"));
    copyFileSync(photographs[5]!, join(from, "b.jpg"));
    mien(["sort", from, to]);
    const journal = readFileSync(join(to, ".mien-sort/journal.jsonl"), "utf8");
    mien(["sort", from, to]);
    expect(readFileSync(join(to, ".mien-sort/journal.jsonl"), "utf8")).toBe(journal);

    // The service may forget what it has seen before its time: then it is looked at again.
    const tenant = ["--tenant", "default", "--data-dir", server.dataDirectory];
    expect(mien(["store", "erase", ...tenant]).code).toBe(0);
    expect(mien(["sort", from, to]).code).toBe(0);
    expect(readFileSync(join(to, ".mien-sort/journal.jsonl"), "utf8")).not.toContain(
      journal.split("\n", 1)[0]!,
    );
  });

  it("keeps no face once the links are made, though a file could not be looked at", () => {
    const from = join(folder, "spoilt");
    const to = join(folder, "spoilt-people");
    mkdirSync(from);
    copyFileSync(photographs[5]!, join(from, "a.jpg"));
    writeFileSync(join(from, "b.jpg"), "x".repeat(4096));
    const dry = mien(["sort", from, to], { MIEN_WORKERS: "1" });
    expect(dry.code).toBe(3);
    expect(dry.out).toContain(join(to, ".mien-sort"));
    expect(mien(["sort", from, to, "--apply"], { MIEN_WORKERS: "1" }).code).toBe(3);
    expect(existsSync(join(to, ".mien-sort"))).toBe(false);
  });
});

describe("exit codes", () => {
  it.each<[string, number, string[], Record<string, string> | undefined]>([
    ["a file that is not there", 3, ["detect", "not-there.jpg"], undefined],
    ["a command line that makes no sense", 2, ["detect"], undefined],
    [
      "a value that there is not",
      2,
      ["detect", "a.jpg", "--detection-model", "detection_09"],
      undefined,
    ],
    ["an unknown command", 2, ["dance"], undefined],
    [
      "an endpoint without a key",
      2,
      ["detect", photographs[2]!],
      { MIEN_ENDPOINT: "http://127.0.0.1:9" },
    ],
    [
      "an endpoint with an empty key",
      2,
      ["detect", photographs[2]!],
      { MIEN_ENDPOINT: "http://127.0.0.1:9", MIEN_KEY: "" },
    ],
    [
      "an endpoint that is none",
      2,
      ["detect", photographs[2]!],
      { MIEN_ENDPOINT: "face.example.com", MIEN_KEY: "k" },
    ],
    [
      "a key over plain http to another machine",
      2,
      ["detect", photographs[2]!],
      { MIEN_ENDPOINT: "http://face.example:9", MIEN_KEY: "k" },
    ],
    [
      "a key's tenant where it changes nothing",
      2,
      ["key", "list", "--file", "k", "--tenant", "a"],
      {},
    ],
    ["a key's id where it changes nothing", 2, ["key", "add", "--file", "k", "--id", "a"], {}],
    ["a tenant that cannot be", 2, ["store", "erase", "--tenant", "two words"], {}],
    ...["two words", "a..b", "-a.test", `${"a".repeat(64)}.test`].map(
      (host): [string, number, string[], undefined] => [
        `the host ${host}, which is none`,
        2,
        ["dev-cert", "--out", "tls", `--host=${host}`],
        undefined,
      ],
    ),
    ["photographs of no folder", 2, ["sort", "", "people"], {}],
    ["people in no folder", 2, ["sort", ".", ""], {}],
    ["a certificate in no folder", 2, ["dev-cert", "--out", ""], undefined],
    ["a certificate for ever", 2, ["dev-cert", "--out", "tls", "--days", "9999999"], undefined],
    ["a setting that cannot be", 2, ["doctor", "--port", "many"], undefined],
    ["more workers than there can be", 2, ["detect", "a.jpg", "--workers", "9999"], {}],
    ["no id of a key to revoke", 2, ["key", "remove", "--file", "k", "--id", ""], {}],
    ["help", 0, ["--help"], undefined],
    ["version", 0, ["--version"], undefined],
  ])("%s: %d", (_what, expected, words, environment) => {
    const { code, error } = mien(words, environment);
    expect(code).toBe(expected);
    expect(error).not.toContain("    at ");
  });

  it("a wrong key: 4, and the key is not repeated", () => {
    const { code, out, error } = mien(["detect", photographs[2]!], {
      MIEN_ENDPOINT: server.endpoint,
      MIEN_KEY: "a-wrong-key",
    });
    expect(code).toBe(4);
    expect(error).toContain("Access denied");
    expect(out + error).not.toContain("a-wrong-key");
  });
});

it("mien key remove prints JSON for programs", () => {
  const file = join(folder, "keys");
  const { id } = JSON.parse(mien(["key", "add", "--file", file, "--json"], {}).out) as {
    id: string;
  };
  const { out } = mien(["key", "remove", "--file", file, "--id", id, "--json"], {});
  expect(JSON.parse(out)).toEqual({ id });
});

it("mien key remove says that the file of keys is not there", () => {
  const { code, error } = mien(
    ["key", "remove", "--file", "elsewhere", "--id", "0a1b2c3d4e5f"],
    {},
  );
  expect(error).toBe("mien: elsewhere cannot be read (ENOENT)\n");
  expect(code).toBe(2);
  expect(existsSync(join(folder, "elsewhere"))).toBe(false);
});

it("mien backup and restore name a folder that is no file, and leave nothing beside it", () => {
  const place = join(folder, "backups");
  mkdirSync(place);
  const words = [place, "--data-dir", server.dataDirectory];
  for (const command of ["backup", "restore"]) {
    const { code, error } = mien([command, ...words], {});
    expect({ code, error: error.includes(place) }).toEqual({ code: 3, error: true });
  }
  expect(readdirSync(folder).filter((name) => name.startsWith("backups."))).toEqual([]);
});

it.skipIf(process.platform === "win32")(
  "mien backup writes behind a link, and neither it nor restore takes a pipe for a file",
  () => {
    const words = ["--data-dir", server.dataDirectory];
    const [file, link, pipe] = ["faces", "link", "pipe"].map((name) => join(folder, name));
    writeFileSync(file!, "");
    symlinkSync(file!, link!);
    expect(mien(["backup", link!, ...words], {}).code).toBe(0);
    expect(lstatSync(link!).isSymbolicLink()).toBe(true);
    expect(mien(["restore", file!, ...words], {}).code).toBe(0);
    execFileSync("mkfifo", [pipe!]);
    for (const command of ["backup", "restore"]) {
      const { code, error } = mien([command, pipe!, ...words], {});
      expect(error).toMatch(/^mien: \S+pipe\S* is no (name of a )?file.*\n$/);
      expect(code).toBe(3);
    }
    expect(lstatSync(pipe!).isFIFO()).toBe(true);
  },
);

it.skipIf(process.platform !== "linux")("says that a result does not fit onto the disk", () => {
  const full = openSync("/dev/full", "w");
  const { status, stderr } = spawnSync(process.execPath, [mienScript, "models", "--json"], {
    encoding: "utf8",
    stdio: ["ignore", full, "pipe"],
  });
  closeSync(full);
  expect(stderr).toBe("mien: cannot write the result: ENOSPC: no space left on device, write\n");
  expect(status).toBe(3);
});

it("mien sort says that its target is a file", () => {
  const file = join(folder, "no-folder");
  writeFileSync(file, "");
  const { code, error } = mien(["sort", folder, file], {});
  expect(error).toBe(`mien: ${file} is not a folder\n`);
  expect(code).toBe(3);
});

it.skipIf(!existsSync("/dev/shm") || statSync("/dev/shm").dev === statSync(folder).dev)(
  "mien sort promises no links to another disk",
  () => {
    const [from, there] = [join(folder, "of-this-disk"), mkdtempSync("/dev/shm/mien-sort-")];
    mkdirSync(from);
    copyFileSync(photographs[5]!, join(from, "a.jpg"));
    const { code, out, error } = mien(["sort", from, join(there, "people")]);
    expect(error).toContain("hard links cannot cross disks");
    expect({ code, out, left: readdirSync(there) }).toEqual({ code: 2, out: "", left: [] });
    rmSync(there, { recursive: true });
  },
);

describe("mien completion", () => {
  const complete = (words: string[]) => {
    const script = join(folder, "completion.bash");
    writeFileSync(script, mien(["completion", "bash"]).out);
    const result = spawnSync(
      "bash",
      [
        "-c",
        `source ${script}; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _mien; printf '%s\\n' "\${COMPREPLY[@]}"`,
        "bash",
        ...words,
      ],
      { encoding: "utf8", cwd: folder },
    );
    return result.stdout.trim().split("\n");
  };

  it("completes commands, options and their values in bash", () => {
    expect(complete(["mien", "ver"])).toEqual(["verify"]);
    expect(complete(["mien", "sort", "--ap"])).toEqual(["--apply", "--api-version"]);
    expect(complete(["mien", "similar", "--mode", ""])).toEqual(["matchPerson", "matchFace"]);
    expect(complete(["mien", "serve", "--log", ""])).toEqual(["off", "error", "info", "debug"]);
    expect(complete(["mien", "store", "s"])).toEqual(["stats", "sweep", "scrub"]);
    expect(complete(["mien", "store", "erase", "--te"])).toEqual(["--tenant"]);
    expect(complete(["mien", "key", ""])).toEqual(["add", "list", "remove"]);
  });

  it.skipIf(process.platform !== "linux")(
    "leaves the names of files to bash, which quotes them",
    () => {
      const place = join(folder, "completed");
      mkdirSync(place);
      writeFileSync(join(place, "my photo.jpg"), "");
      writeFileSync(join(place, "mien.bash"), mien(["completion", "bash"]).out);
      // Only on a terminal is there any completion.
      const { stdout } = spawnSync("script", ["-qec", "bash --norc --noprofile -i", "/dev/null"], {
        cwd: place,
        encoding: "utf8",
        input: `. ./mien.bash; mien() { printf '<%s>' "$@"; echo; }\nmien detect my\t\nexit\n`,
      });
      expect(stdout).toContain("<detect><my photo.jpg>");
    },
  );

  it("knows every command in every shell", () => {
    for (const shell of ["zsh", "fish"]) {
      const { out } = mien(["completion", shell]);
      for (const command of [
        "serve",
        "detect",
        "verify",
        "similar",
        "group",
        "sort",
        "models",
        "doctor",
        "dev-cert",
        "rotate-key",
        "tenant",
      ])
        expect(out).toContain(command);
    }
  });
});

it.skipIf(process.platform === "win32")(
  "mien dev-cert makes a key for its owner alone, also in the place of one that others could read",
  () => {
    const out = join(folder, "renewed");
    mkdirSync(out);
    mien(["dev-cert", "--out", out], {});
    chmodSync(join(out, "key.pem"), 0o644);
    expect(mien(["dev-cert", "--out", out], {}).out).toContain("(mode 0600)");
    expect(statSync(join(out, "key.pem")).mode & 0o777).toBe(0o600);
  },
);

it("mien dev-cert replaces no certificate or key of others", async () => {
  const [own, out] = ["dev-own", "dev-others"].map((name) => join(folder, name)) as [
    string,
    string,
  ];
  const [certificate, key] = [join(out, "cert.pem"), join(out, "key.pem")];
  mien(["dev-cert", "--out", own], {});
  mkdirSync(out);
  const others = await generate([{ name: "commonName", value: "face.example" }], { keyType: "ec" });
  writeFileSync(certificate, others.cert);
  writeFileSync(key, others.private);
  const before = [certificate, key].map((file) => readFileSync(file, "utf8"));
  const refusal = (file: string) => {
    const { code, error } = mien(["dev-cert", "--out", out], {});
    expect(code).toBe(3);
    expect(error).toContain(`mien: ${file} `);
    expect(readFileSync(key, "utf8")).toBe(before[1]);
  };
  refusal(certificate);
  expect(readFileSync(certificate, "utf8")).toBe(before[0]);
  copyFileSync(join(own, "cert.pem"), certificate);
  refusal(key);
  rmSync(certificate);
  refusal(key);
});

it("mien dev-cert makes a certificate that a client trusts when told to", async () => {
  const out = join(folder, "tls");
  const hosts = ["face.test", "127.0.0.2", "fd00::5"];
  const made = mien(["dev-cert", "--out", out, "--host", ...hosts, "--json"]);
  expect(made.code).toBe(0);
  expect(JSON.parse(made.out)).toMatchObject({
    names: ["localhost", "127.0.0.1", "::1", ...hosts],
  });
  expect(statSync(join(out, "key.pem")).mode & 0o077).toBe(0);
  const cert = readFileSync(join(out, "cert.pem"));
  const secure = createServer(
    { cert, key: readFileSync(join(out, "key.pem")) },
    (_request, response) => response.end("ok"),
  );
  await new Promise<void>((resolve) => secure.listen(0, resolve));
  const { port } = secure.address() as AddressInfo;
  const status = (options: object) =>
    new Promise((resolve) => {
      get({ host: "127.0.0.1", port, agent: false, ...options }, (response) => {
        response.resume();
        resolve(response.statusCode);
      }).on("error", (error: NodeJS.ErrnoException) => resolve(error.code));
    });
  expect(await status({ ca: cert })).toBe(200);
  expect(await status({ ca: cert, servername: "face.test" })).toBe(200);
  expect(await status({ ca: cert, host: "127.0.0.2" })).toBe(200);
  expect(await status({ ca: cert, servername: "other.test" })).not.toBe(200);
  expect(await status({})).toBe("DEPTH_ZERO_SELF_SIGNED_CERT");
  secure.close();
});

it.skipIf(process.platform === "win32")(
  "dev-cert and key add leave nothing that bars their way where the disk takes no bytes",
  () => {
    const place = join(folder, "no-bytes");
    mkdirSync(place);
    for (const words of [
      ["dev-cert", "--out", place],
      ["key", "add", "--file", join(place, "keys")],
    ]) {
      const script = 'ulimit -f 0 && exec "$0" "$@"';
      const command = [script, process.execPath, mienScript, ...words];
      const { status, stderr } = spawnSync("bash", ["-c", ...command], { encoding: "utf8" });
      expect(stderr).toMatch(/^mien: .+\n$/);
      expect(status).not.toBe(0);
      expect(readdirSync(place)).toEqual([]);
    }
    // As versions before left it.
    writeFileSync(join(place, "cert.pem"), "");
    for (let time = 0; time < 2; time++) {
      expect(mien(["dev-cert", "--out", place], {})).toMatchObject({ code: 0, error: "" });
      expect(readdirSync(place).sort()).toEqual(["cert.pem", "key.pem"]);
    }
    expect(statSync(join(place, "key.pem")).mode & 0o077).toBe(0);
  },
);

it("mien models lists every model with its source and licence, and checks the files", () => {
  const { code, out } = mien(["models", "--check", "--json"]);
  expect(code).toBe(0);
  const { contract, networks: models } = JSON.parse(out);
  expect(contract.recognition_04).toMatch(/LFW: 99\.\d+ % of pairs right; from 0\.5 on/);
  expect(Object.keys(contract)).toHaveLength(7);
  expect(models.length).toBeGreaterThanOrEqual(4);
  for (const model of models) {
    expect(model).toMatchObject({
      state: "intact",
      sha256: expect.stringMatching(/^[0-9a-f]{64}$/) as string,
      source: { licence: expect.any(String) as string },
    });
    expect(statSync(model.file as string).size).toBe(model.bytes);
  }
});

it("ends in order while the models are still loading, with JSON for programs", () => {
  const { code, out } = mien(["verify", "nowhere.jpg", "nowhere.jpg", "--json"], {});
  expect(code).toBe(3);
  expect(JSON.parse(out)).toEqual({
    error: { code: "ENOENT", message: "nowhere.jpg: no such file or folder" },
  });
});

it("mien doctor says which native modules do not load, and needs none of them itself", () => {
  const hook = `export function load(url, context, next) {
    if (/node_modules.(sharp|lmdb|onnxruntime-node)\\b/.test(url)) throw new Error("not for this machine");
    return next(url, context);
  }`;
  const register = `import { register } from "node:module";
    register(${JSON.stringify(`data:text/javascript,${encodeURIComponent(hook)}`)});`;
  const { code, out } = mien(["doctor", "--json"], {
    NODE_OPTIONS: `--import "data:text/javascript,${encodeURIComponent(register)}"`,
  });
  expect(code).toBe(1);
  const findings = JSON.parse(out) as { subject: string; state: string; detail: string }[];
  expect(findings.filter(({ state }) => state === "fault").map(({ subject }) => subject)).toEqual([
    "sharp",
    "onnxruntime-node",
    "lmdb",
  ]);
  expect(findings.find(({ subject }) => subject === "sharp")).toMatchObject({
    detail: expect.stringContaining("not for this machine") as string,
    remedy: "npm ci",
  });
});

it("ends without a word when nobody reads on", () => {
  const { stdout, stderr } = spawnSync(
    "sh",
    [
      "-c",
      '"$0" "$1" doctor | true; "$0" "$1" models --json | head -n 1',
      process.execPath,
      mienScript,
    ],
    { cwd: folder, encoding: "utf8" },
  );
  expect(stdout).toBe("{\n");
  expect(stderr).toBe("");
});

it("reads every format and draws without any server too", async () => {
  const picture = join(folder, "photo.webp");
  await sharp(photographs[2]).webp().toFile(picture);
  const drawn = join(folder, "drawn-here");
  const words = ["detect", picture, "--draw", drawn, "--json", "--workers", "1"];
  const { code, out, error } = mien(words, {});
  expect(error).toBe("");
  expect(code).toBe(0);
  expect(JSON.parse(out)[0].faces.length).toBeGreaterThanOrEqual(3);
  expect(readdirSync(drawn)).toEqual(["photo.jpg"]);
});

it("works without any server, and leaves nothing behind", () => {
  const temporary = join(folder, "tmp");
  mkdirSync(temporary);
  const { code, out, error } = mien(
    ["verify", photographs[2]!, photographs[2]!, "--workers", "1"],
    {
      TMPDIR: temporary,
    },
  );
  expect(error).not.toContain("mien:");
  expect(code).toBe(0);
  expect(out).toContain("the same person");
  expect(readdirSync(temporary)).toEqual([]);
});
