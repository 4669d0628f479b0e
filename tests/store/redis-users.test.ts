/** Users whom Redis lets do something, and not all of it: what is missing is told at once, and never the password. */
import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { restoreBackup, writeBackup } from "@mien/gallery/backup-file";
import { masterKeysFromText } from "@mien/gallery/master-keys";
import { messageOf } from "@mien/gallery/message-of";
import { examineRedis } from "@mien/gallery/redis-examination";
import { openRedisStore } from "@mien/gallery/redis-store";
import { StoreUnavailableError } from "@mien/gallery/store";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { masterText, newFace, temporaryFolder } from "./faces.js";
import { command, redisIsInstalled, type RedisServers, startRedis } from "./redis-servers.js";

/** As in `docs/store.md`. */
const sufficientRules =
  "~mien:* +@read +@write +@scripting -@dangerous +info +time +wait +select +cluster +bgsave +bgrewriteaof +config|get";

describe.skipIf(!redisIsInstalled)("a user whom Redis does not let", () => {
  let servers: RedisServers;
  let folder: string;
  const at = (user: string) => servers.url.replace("//", `//${user}`);
  beforeAll(async () => {
    servers = await startRedis();
    folder = temporaryFolder();
    const { port } = servers.nodes[0]!;
    const setUser = (name: string, ...rules: string[]) =>
      command(port, "acl", "setuser", name, "on", ">secret", ...rules);
    await setUser("sufficient", ...sufficientRules.split(" "));
    for (const each of ["info", "time", "set", "select", "scan"])
      await setUser(`no-${each}`, "~mien:*", "+@all", `-${each}`);
    await setUser("no-zadd", "~mien:*", "+@all", "-zadd");
    await setUser("no-keys", "~other:*", "+@all");
    await setUser("no-config", "~mien:*", "+@all", "-config|get");
    // From here on, who gives no password is not let in.
    await setUser("default");
    await setUser("default", "nopass", "resetpass", ">secret");
  });
  afterAll(async () => {
    await servers.close();
    rmSync(folder, { recursive: true });
  });
  const open = (user: string, database = "") =>
    openRedisStore({
      url: at(user) + database,
      masterKeys: masterKeysFromText(masterText),
      replicas: 0,
    });
  const refusal = (work: Promise<unknown>): Promise<string> =>
    work.then(
      () => "nothing was refused",
      (error: unknown) => {
        expect(error).toBeInstanceOf(StoreUnavailableError);
        return messageOf(error).replace(/127.0.0.1:\d+/, "host:port");
      },
    );
  const mayNot = (name: string, rule: string): string =>
    `Redis at host:port does not let the user in MIEN_STORE_URL run ${name}: add +${rule} to the rules of that user`;

  it.each([
    [
      "",
      "",
      "Redis at host:port requires a password: add it to MIEN_STORE_URL, as in redis://:password@host or redis://user:password@host",
    ],
    [":wrong@", "", "Redis at host:port rejects the user name or the password in MIEN_STORE_URL"],
    [
      "nobody:secret@",
      "",
      "Redis at host:port rejects the user name or the password in MIEN_STORE_URL",
    ],
    ["no-info:secret@", "", mayNot("INFO", "info")],
    ["no-time:secret@", "", mayNot("TIME", "time").replace(" at host:port", "")],
    ["no-set:secret@", "", mayNot("SET", "set")],
    ["no-select:secret@", "/2", mayNot("SELECT", "select")],
    [
      "no-keys:secret@",
      "",
      "Redis at host:port does not let the user in MIEN_STORE_URL access Mien's keys: add ~mien:* to the rules of that user",
    ],
  ])("do something is told what: %s%s", async (user, database, message) => {
    expect(await refusal(open(user, database))).toBe(message);
    const replicas = undefined;
    const looked = examineRedis(at(user) + database, { replicas, limit: 5000 });
    // A look neither writes nor asks the time.
    if (!/ (SET|TIME):/.test(message)) expect(await refusal(looked)).toBe(message);
    else await looked;
  });

  it("do it later is told so then", async () => {
    const zadd = await open("no-zadd:secret@");
    // In a script, of which the first Redis 7 does not say what may not be run.
    expect(await refusal(zadd.put("tenant", [newFace()], 60_000))).toMatch(
      /^Redis at host:port does not let the user in MIEN_STORE_URL run (ZADD: add \+zadd|all commands of Mien's script: add \+@read \+@write \+time) to the rules of that user$/,
    );
    // Nothing is left that an erasure would not find.
    const admin = ["--user", "default", "--pass", "secret", "--no-auth-warning"];
    const { port } = servers.nodes[0]!;
    expect(await command(port, ...admin, "--scan", "--pattern", "mien:k:*")).toBe("");
    await zadd.close();
    const scan = await open("no-scan:secret@");
    expect(await refusal(scan.count())).toBe(mayNot("SCAN", "scan"));
    await scan.close();
    const config = await open("no-config:secret@");
    expect(await refusal(config.scrub())).toBe(mayNot("CONFIG GET", "config|get"));
    await config.close();
  });

  it("do more than what is documented can do all that a store does", async () => {
    const documentation = readFileSync(join(import.meta.dirname, "../../docs/store.md"), "utf8");
    expect(documentation).toContain(`\`${sufficientRules}\``);
    const store = await open("sufficient:secret@");
    const face = newFace();
    await store.put("other", [face], 60_000);
    expect(await store.get("other", [face.faceId])).toMatchObject([{ faceId: face.faceId }]);
    expect(await store.examine()).toEqual({ faces: 1, damaged: 0 });
    expect(await store.statistics()).toMatchObject({ liveFaces: expect.any(Number) as number });
    const file = join(folder, "backup");
    expect(await writeBackup(store, file)).toBe(1);
    expect(await restoreBackup(store, file)).toMatchObject({ restored: 1 });
    expect(await store.rewrap()).toBe(0);
    expect(await store.erase("other")).toMatchObject({ faces: 1, left: 0 });
    expect(await store.scrub()).toBe(1);
    await store.close();
    const other = await open("sufficient:secret@", "/2");
    await other.close();
  });
});
