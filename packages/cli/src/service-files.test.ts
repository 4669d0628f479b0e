import { spawnSync } from "node:child_process";
import {
  chmodSync,
  chownSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { RawSettings } from "@mien/server/setting-rows";
import { readSettings } from "@mien/server/settings";
import { generate } from "selfsigned";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import type { Finding } from "./finding.js";
import { examineServiceFiles } from "./service-files.js";

const root = mkdtempSync(join(tmpdir(), "mien-files-"));
chmodSync(root, 0o755);
afterAll(() => rmSync(root, { recursive: true }));

let data = "";
beforeEach(() => {
  data = mkdtempSync(join(root, "data-"));
});

type Findings = ReadonlyMap<string, Finding>;
const bySubject = (findings: readonly Finding[]): Findings =>
  new Map(findings.map((finding) => [finding.subject, finding]));

async function examine(flags: RawSettings): Promise<Findings> {
  const findings: Finding[] = [];
  for await (const finding of examineServiceFiles(
    readSettings({ dataDirectory: data, ...flags }, {}),
  ))
    findings.push(finding);
  return bySubject(findings);
}

const service = 12_345;

/** In a process that becomes the service's user once it has loaded what it runs. */
function examineAsService(flags: RawSettings = {}): Findings {
  const program = `
    import { examineServiceFiles } from ${JSON.stringify(new URL("../dist/service-files.js", import.meta.url))};
    import { readSettings } from ${JSON.stringify(import.meta.resolve("@mien/server/settings"))};
    process.setgroups([]); process.setgid(${service}); process.setuid(${service});
    const findings = [];
    for await (const finding of examineServiceFiles(readSettings(JSON.parse(process.argv[1]), {})))
      findings.push(finding);
    console.log(JSON.stringify(findings));`;
  const { stdout, stderr } = spawnSync(
    process.execPath,
    ["--input-type=module", "--eval", program, JSON.stringify({ dataDirectory: data, ...flags })],
    { encoding: "utf8" },
  );
  expect(stderr).toBe("");
  return bySubject(JSON.parse(stdout) as Finding[]);
}

function write(path: string, content: string, mode: number, gid = 0): string {
  writeFileSync(path, content);
  if (gid !== 0) chownSync(path, 0, gid);
  chmodSync(path, mode);
  return path;
}

const masterKey = `${"0f".repeat(32)}\n`;

describe.runIf(process.getuid?.() === 0)("a service that is not root", () => {
  it("cannot read what root has made in its data directory", () => {
    chownSync(data, service, service);
    const key = write(join(data, "key"), "k", 0o600);
    const master = write(join(data, "master-key"), masterKey, 0o600);
    const findings = examineAsService();
    expect(findings.get("User")).toMatchObject({ state: "well", detail: "12345" });
    expect(findings.get("Data directory")).toMatchObject({ state: "well" });
    expect(findings.get("Key")).toEqual({
      subject: "Key",
      state: "fault",
      detail: `${key} cannot be read by 12345: it belongs to root, mode 0600`,
      remedy: `sudo chown 12345 ${key}`,
    });
    expect(findings.get("Master key")).toMatchObject({
      state: "fault",
      remedy: `sudo chown 12345 ${master}`,
    });
  });

  it("cannot write the face store that root has made, nor a file in its own", () => {
    chownSync(data, service, service);
    const gallery = join(data, "gallery");
    mkdirSync(gallery, { mode: 0o700 });
    expect(examineAsService().get("Face store")).toMatchObject({
      state: "fault",
      remedy: `sudo chown -R 12345 ${gallery}`,
    });
    chownSync(gallery, service, service);
    write(join(gallery, "templates.mdb"), "", 0o644);
    expect(examineAsService().get("Face store")).toMatchObject({
      state: "fault",
      detail: expect.stringContaining("templates.mdb cannot be written by 12345") as string,
      remedy: `sudo chown -R 12345 ${gallery}`,
    });
  });

  it("cannot use root's data directory, and can where all it needs is there", () => {
    chmodSync(data, 0o755);
    expect(examineAsService().get("Data directory")).toMatchObject({
      state: "fault",
      remedy: `sudo chown -R 12345 ${data}`,
    });
    for (const name of ["gallery", "keys"]) {
      mkdirSync(join(data, name), { mode: 0o700 });
      chownSync(join(data, name), service, service);
    }
    write(join(data, "key"), "k", 0o640, service);
    write(join(data, "master-key"), masterKey, 0o640, service);
    const findings = examineAsService();
    for (const subject of ["Data directory", "Face store", "Key", "Master key"])
      expect(findings.get(subject), subject).toMatchObject({ state: "well" });
    // Its owner is another: closed to the group, the service could not read it any more.
    expect(findings.get("Key")?.detail).toContain("it belongs to root, mode 0640");
  });

  it("is not given the folder above its data directory", () => {
    const folder = join(data, "var", "mien data");
    chmodSync(data, 0o755);
    expect(examineAsService({ dataDirectory: folder }).get("Data directory")).toMatchObject({
      state: "fault",
      remedy: `sudo install -d -o 12345 -m 700 '${folder}'`,
    });
  });

  it("is not the one whose data directory it looks at", () => {
    chownSync(data, 23_456, 23_456);
    const findings = examineAsService();
    expect(findings.get("User")).toMatchObject({
      state: "warning",
      remedy: `sudo -u '#23456' mien doctor --data-dir ${data}`,
    });
    expect(findings.get("Data directory")).toMatchObject({ state: "fault" });
    expect(findings.get("Data directory")?.remedy).toBeUndefined();
  });

  it("can neither read what the administrator keeps to himself, nor pass his folders", async () => {
    chownSync(data, service, service);
    const closed = join(data, "etc");
    mkdirSync(closed);
    const pair = await generate();
    const settings = {
      keysFile: write(join(closed, "keys"), `shop sha256:${"0f".repeat(32)}\n`, 0o600),
      masterKeyFile: write(join(closed, "master"), masterKey, 0o600),
      tlsCertificate: write(join(closed, "cert.pem"), pair.cert, 0o600),
      tlsKey: write(join(closed, "key.pem"), pair.private, 0o600),
      jwks: write(join(closed, "jwks"), '{"keys":[{"kty":"RSA"}]}', 0o600),
      jwtIssuer: "i",
      jwtAudience: "a",
    };
    const files = {
      "Keys file": settings.keysFile,
      "Master key": settings.masterKeyFile,
      "TLS certificate": settings.tlsCertificate,
      "TLS key": settings.tlsKey,
      "Signing keys": settings.jwks,
    };
    let findings = examineAsService(settings);
    for (const [subject, path] of Object.entries(files))
      expect(findings.get(subject), subject).toMatchObject({
        state: "fault",
        detail: `${path} cannot be read by 12345: it belongs to root, mode 0600`,
        remedy: `sudo chgrp 12345 ${path} && sudo chmod g+r ${path}`,
      });
    // What the remedy does.
    for (const path of Object.values(files)) {
      chownSync(path, 0, service);
      chmodSync(path, 0o640);
    }
    findings = examineAsService(settings);
    for (const subject of Object.keys(files))
      expect(findings.get(subject), subject).toMatchObject({ state: "well" });

    chmodSync(closed, 0o700);
    const link = join(data, "link");
    symlinkSync(settings.tlsKey, link);
    findings = examineAsService({ ...settings, tlsKey: link });
    for (const subject of Object.keys(files))
      expect(findings.get(subject), subject).toMatchObject({
        state: "fault",
        detail: expect.stringContaining(`${closed} belongs to root, mode 0700`) as string,
        remedy: `sudo chmod o+x ${closed}`,
      });
  });

  it("leaves others a key that it can read only as they can", () => {
    chownSync(data, service, service);
    const key = write(join(data, "key"), "k", 0o644);
    expect(examineAsService().get("Key")).toMatchObject({
      state: "fault",
      detail: `${key} can be read by others`,
      // Closed to others alone, it would be closed to the service.
      remedy: `sudo chown 12345 ${key} && sudo chmod 600 ${key}`,
    });
  });
});

describe("what a server with these settings reads", () => {
  it("is a link that leads nowhere, in the place of what the first start makes", async () => {
    const target = join(data, "unmounted");
    const dangling = (...path: string[]): string => {
      symlinkSync(target, join(data, ...path));
      return `${join(data, ...path)} is a link to ${target}, which does not exist`;
    };
    const expected = {
      Key: dangling("key"),
      "Master key": dangling("master-key"),
      "Face store": dangling("gallery"),
    };
    const findings = await examine({});
    for (const [subject, detail] of Object.entries(expected))
      expect(findings.get(subject)).toEqual({ subject, state: "fault", detail });
    const detail = dangling("folder");
    for (const dataDirectory of [join(data, "folder"), join(data, "folder", "below")])
      expect((await examine({ dataDirectory })).get("Data directory")).toMatchObject({
        state: "fault",
        detail: expect.stringContaining(detail) as string,
      });
  });

  it("is absent where it must be there", async () => {
    const absent = join(data, "absent");
    const findings = await examine({
      keysFile: absent,
      masterKeyFile: absent,
      tlsCertificate: absent,
      tlsKey: absent,
      jwks: absent,
      jwtIssuer: "i",
      jwtAudience: "a",
    });
    for (const subject of [
      "Keys file",
      "Master key",
      "TLS certificate",
      "TLS key",
      "Signing keys",
    ]) {
      const finding = findings.get(subject);
      expect(finding, subject).toMatchObject({
        state: "fault",
        detail: `${absent} does not exist`,
      });
    }
    expect(findings.get("Master key")?.remedy).toBe(
      `(umask 077; openssl rand -hex 32 > ${absent})`,
    );
    expect(readdirSync(data)).toEqual([]);
  });

  it("is a fault without a remedy where a folder is in its place", async () => {
    const folder = join(data, "key");
    mkdirSync(folder, { mode: 0o755 });
    const findings = await examine({
      masterKeyFile: folder,
      tlsCertificate: folder,
      tlsKey: folder,
      jwks: folder,
      jwtIssuer: "i",
      jwtAudience: "a",
    });
    const others = [await examine({}), await examine({ keysFile: folder })];
    for (const finding of [
      ...["Master key", "TLS certificate", "TLS key", "Signing keys"].map((name) =>
        findings.get(name),
      ),
      others[0]!.get("Key"),
      others[1]!.get("Keys file"),
    ])
      expect(finding).toEqual({
        subject: finding?.subject,
        state: "fault",
        detail: `${folder} cannot be read (EISDIR)`,
      });
  });

  it("holds what it can use, and is told as the server would", async () => {
    const odd = write(join(data, "odd"), "odd", 0o600);
    write(join(data, "key"), "", 0o600);
    const findings = await examine({
      masterKeyFile: odd,
      tlsCertificate: odd,
      tlsKey: odd,
    });
    expect(findings.get("Key")?.detail).toContain("is empty: remove it");
    expect(findings.get("Master key")?.detail).toContain("a master key is 32 bytes");
    expect(findings.get("TLS certificate")?.detail).toContain(
      "are not a certificate and its private key",
    );
    const others = await examine({
      keysFile: odd,
      jwks: odd,
      jwtIssuer: "i",
      jwtAudience: "a",
    });
    expect(others.get("Keys file")?.detail).toContain("line 1 is not");
    expect(others.get("Signing keys")?.detail).toContain("is not a JSON Web Key Set");
    for (const all of [findings, others])
      expect([...all.values()].filter(({ state }) => state === "fault").length).toBeGreaterThan(1);
  });

  it("is a certificate that callers do not refuse", async () => {
    const pair = await generate(undefined, {
      notBeforeDate: new Date("2020-01-01"),
      notAfterDate: new Date("2020-02-01"),
    });
    const findings = await examine({
      tlsCertificate: write(join(data, "cert.pem"), pair.cert, 0o644),
      tlsKey: write(join(data, "key.pem"), pair.private, 0o600),
    });
    expect(findings.get("TLS certificate")).toMatchObject({
      state: "warning",
      detail: expect.stringContaining("has expired") as string,
    });
  });

  it("has a key, or nobody is let in", async () => {
    const keys = write(join(data, "keys-file"), "# none yet\n", 0o600);
    const jwks = write(join(data, "jwks"), '{"keys":[]}', 0o600);
    expect((await examine({ keysFile: keys })).get("Keys file")).toEqual({
      subject: "Keys file",
      state: "warning",
      detail: `${keys} contains no key: every call is refused`,
      remedy: `mien key add --file ${keys}`,
    });
    const findings = await examine({ keysFile: keys, jwks, jwtIssuer: "i", jwtAudience: "a" });
    expect(findings.get("Keys file")?.detail).toMatch(/: only tokens are accepted$/);
    expect(findings.get("Signing keys")).toMatchObject({
      state: "warning",
      detail: `${jwks} contains no key: every token is refused`,
    });
    expect((await examine({ keysFile: keys, apiKeys: "k" })).get("Keys file")?.state).toBe("well");
  });

  it.skipIf(process.platform === "win32")("is changed by nobody else", async () => {
    const keys = write(join(data, "keys-file"), "", 0o666);
    expect((await examine({ keysFile: keys })).get("Keys file")).toMatchObject({
      state: "fault",
      remedy: `chmod o-w ${keys}`,
    });
    chmodSync(data, 0o777);
    expect((await examine({})).get("Data directory")).toMatchObject({
      state: "warning",
      remedy: `chmod o-w ${data}`,
    });
  });

  it("needs no data directory where everything is elsewhere, and no master key of its own for Redis", async () => {
    const dataDirectory = join(data, "absent");
    const redis = { dataDirectory, storeUrl: "redis://127.0.0.1:9", apiKeys: "k" };
    const findings = await examine({ ...redis, masterKey: "0f".repeat(32) });
    expect([...findings.values()].filter(({ state }) => state !== "well")).toEqual([
      {
        subject: "Face store",
        state: "fault",
        detail: expect.stringContaining("Redis cannot be reached at 127.0.0.1:9") as string,
      },
    ]);
    expect(findings.get("Data directory")?.detail).toContain("is not needed");
    expect((await examine(redis)).get("Master key")).toMatchObject({
      state: "fault",
      detail: expect.stringContaining("MIEN_STORE_URL needs") as string,
    });
  });
});
