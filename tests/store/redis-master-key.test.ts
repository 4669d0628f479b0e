/** The master key of a store in Redis: a server's start decides it, no command does, and whoever has another one is told. */
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { masterKeysFromText } from "@mien/gallery/master-keys";
import { openRedisStore } from "@mien/gallery/redis-store";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { mienScript } from "../cli/running-server.js";
import { masterText, newFace } from "./faces.js";
import { command, redisIsInstalled, type RedisServers, startRedis } from "./redis-servers.js";

const other = "33".repeat(32);
const notConfigured = /master key [0-9a-f]{16} of the face store is not configured/;

interface Finding {
  readonly subject: string;
}

describe.skipIf(!redisIsInstalled && process.env["CI"] !== "true")("a Redis", () => {
  let servers: RedisServers;
  beforeEach(async () => {
    servers = await startRedis();
  });
  afterEach(() => servers.close());

  function mien(masterKey: string, ...words: string[]) {
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      [mienScript, ...words, "--store-url", servers.url, "--json"],
      { encoding: "utf8", env: { ...process.env, MIEN_MASTER_KEY: masterKey }, timeout: 60_000 },
    );
    return { status, stdout, stderr };
  }
  /** As a server leaves it that has detected once. */
  async function fill(): Promise<void> {
    const masterKeys = masterKeysFromText(masterText);
    const store = await openRedisStore({ url: servers.url, masterKeys });
    await store.put("one", [newFace()], 600_000);
    await store.close();
  }
  const names = () => command(servers.nodes[0]!.port, "--scan", "--pattern", "*");

  it.each(["stats", "check", "sweep", "rotate-key"])(
    "that no server has used is refused by store %s, which leaves nothing there",
    async (action) => {
      const { status, stderr } = mien(other, "store", action);
      expect(stderr).toContain(`there is no face store in ${servers.url}`);
      expect(status).toBe(2);
      expect(await names()).toBe("");
      await fill();
      expect(mien(masterText, "store", "stats")).toMatchObject({ status: 0, stderr: "" });
    },
  );

  it("of another master key is found by doctor, which writes nothing", async () => {
    const doctor = (masterKey: string) => {
      const findings = JSON.parse(mien(masterKey, "doctor", "--port", "0").stdout) as Finding[];
      return findings.filter(({ subject }) => ["Face store", "Master key"].includes(subject));
    };
    const well = [
      { subject: "Face store", state: "well" },
      { subject: "Master key", state: "well" },
    ];
    expect(doctor(other)).toMatchObject(well);
    expect(await names()).toBe("");
    await fill();
    expect(doctor(masterText)).toMatchObject(well);
    expect(doctor(other)).toMatchObject([
      { subject: "Face store", state: "well" },
      {
        subject: "Master key",
        state: "fault",
        detail: expect.stringMatching(notConfigured) as string,
      },
    ]);
    expect(doctor(`${other},${masterText}`)).toMatchObject(well);
  });

  it("of another master key is refused by commands, until it is emptied as documented", async () => {
    await fill();
    const { status, stderr } = mien(other, "store", "check");
    expect(stderr).toMatch(notConfigured);
    expect(status).toBe(5);
    const documented = "redis-cli --scan --pattern 'mien:*' | xargs -n 1 redis-cli -c del";
    const page = readFileSync(join(import.meta.dirname, "../../docs/store.md"), "utf8");
    expect(page).toContain(`\`${documented}\``);
    const port = `redis-cli -p ${servers.nodes[0]!.port}`;
    spawnSync("bash", ["-c", documented.replaceAll("redis-cli", port)]);
    expect(mien(other, "store", "check").status).toBe(2);
    const store = await openRedisStore({ url: servers.url, masterKeys: masterKeysFromText(other) });
    const face = newFace();
    await store.put("one", [face], 600_000);
    expect((await store.get("one", [face.faceId]))[0]?.faceId).toBe(face.faceId);
    await store.close();
  });
});
