/** The files and folders that a server with given settings reads and writes, met as the user who runs this process. */
import type { Stats } from "node:fs";
import { readdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { createTokenJudge } from "@mien/server/door/bearer-tokens";
import { configuredKeys, KeyRing } from "@mien/server/door/key-ring";
import { readKeysFile } from "@mien/server/door/keys-file";
import { hasConfiguredCredentials } from "@mien/server/door/open-door";
import { keyFilePath, readOwnKey } from "@mien/server/door/own-key";
import { readTls, type TlsFiles } from "@mien/server/door/tls";
import {
  checkMasterKeysOf,
  lostMasterKey,
  masterKeysFromFile,
  masterKeysFromText,
  storeIsBegun,
} from "@mien/server/master-keys";
import type { ServerSettings } from "@mien/server/settings";
import { described, type Obstacle, obstacleTo, type Owner, statsOf } from "./file-access.js";
import type { Finding } from "./finding.js";
import { shellWord } from "./shell-word.js";
import { currentUser, userName } from "./users.js";

/** The settings that name files, or make others needless. */
export type FileSettings = Pick<
  ServerSettings,
  | "apiKeys"
  | "bearerTokens"
  | "dataDirectory"
  | "keysFile"
  | "masterKey"
  | "masterKeyFile"
  | "storeReplicas"
  | "storeUrl"
  | "tls"
>;

/** Nothing is made or changed: whoever looks is seldom the user that the service runs as, whom it would keep out. */
export async function* examineServiceFiles(settings: FileSettings): AsyncGenerator<Finding> {
  const user = await serviceUser(settings.dataDirectory);
  if (user !== undefined) yield user;
  yield await dataDirectory(settings);
  yield await faceStore(settings);
  yield await callersKeys(settings);
  if (settings.bearerTokens !== undefined) yield await signingKeys(settings.bearerTokens);
  yield await masterKey(settings);
  if (settings.tls !== undefined) yield* tlsFiles(settings.tls);
}

/** Everybody meets other files: what root finds says nothing of what the service will. */
async function serviceUser(folder: string): Promise<Finding | undefined> {
  const subject = "User";
  const user = currentUser();
  if (user === undefined) return undefined;
  const stats = await statsOf(folder);
  if (stats === undefined || !isOfAnotherService(stats))
    return { subject, state: "well", detail: user.name };
  const owner = userName(stats.uid);
  return {
    subject,
    state: "warning",
    detail: `${user.name}, but ${folder} belongs to ${owner}: what follows is what ${user.name} would meet`,
    remedy: `sudo -u ${/^\d+$/.test(owner) ? `'#${owner}'` : owner} mien doctor --data-dir ${shellWord(folder)}`,
  };
}

/** A folder of root's is nobody's yet: what root has made there is to be given to the service's user. */
function isOfAnotherService({ uid }: Stats): boolean {
  return uid !== 0 && uid !== currentUser()?.uid;
}

function fault(subject: string, { detail, remedy }: Pick<Obstacle, "detail" | "remedy">): Finding {
  return { subject, state: "fault", detail, ...(remedy === undefined ? {} : { remedy }) };
}

/** The names in the data directory that the server makes when they are absent. */
function ownNames(settings: FileSettings): string[] {
  return [
    ...(settings.storeUrl === "" ? ["gallery", "keys"] : []),
    ...(hasConfiguredCredentials(settings) ? [] : ["key"]),
    ...(settings.storeUrl === "" && settings.masterKey === "" && settings.masterKeyFile === ""
      ? ["master-key"]
      : []),
  ];
}

async function dataDirectory(settings: FileSettings): Promise<Finding> {
  const subject = "Data directory";
  const { dataDirectory: folder } = settings;
  const names = ownNames(settings);
  if (names.length === 0) return { subject, state: "well", detail: `${folder} is not needed` };
  const obstacle = await obstacleTo(folder, "enter", "service");
  if (obstacle?.code === "ENOENT") return absentFolder(subject, folder);
  const stats = await statsOf(folder);
  const otherFolder = "mien serve --data-dir ~/mien   # another folder";
  if (stats?.isDirectory() === false)
    return fault(subject, {
      detail: `${folder} cannot be written (ENOTDIR)`,
      remedy: otherFolder,
    });
  const faultOf = (met: Obstacle): Finding =>
    // It is not to be taken away from whom it belongs to: the finding above says who should look.
    fault(
      subject,
      stats !== undefined && isOfAnotherService(stats)
        ? { detail: met.detail }
        : { remedy: otherFolder, ...met },
    );
  if (obstacle !== undefined) return faultOf(obstacle);
  const present = await Promise.all(names.map((name) => statsOf(join(folder, name))));
  // A folder that the administrator keeps to himself will do once everything is in it.
  if (present.includes(undefined)) {
    const unwritable = await obstacleTo(folder, "keep", "service");
    if (unwritable !== undefined) return faultOf(unwritable);
  }
  const openToAll = stats !== undefined && (stats.mode & 0o1002) === 0o002;
  if (process.platform !== "win32" && openToAll)
    return {
      subject,
      state: "warning",
      detail: `${folder} can be written by everybody, who could put other keys into it`,
      remedy: `chmod o-w ${shellWord(folder)}`,
    };
  const detail = present.includes(undefined) ? "can be written" : "holds everything needed";
  return { subject, state: "well", detail: `${folder} ${detail}` };
}

async function absentFolder(subject: string, folder: string): Promise<Finding> {
  let existing = folder;
  let obstacle = await obstacleTo(existing, "keep", "service");
  while (obstacle?.code === "ENOENT" && dirname(existing) !== existing) {
    existing = dirname(existing);
    obstacle = await obstacleTo(existing, "keep", "service");
  }
  if (obstacle === undefined)
    return { subject, state: "well", detail: `${folder} is not there yet and can be made` };
  const user = currentUser();
  return fault(subject, {
    detail: `${folder} is not there and cannot be made: ${obstacle.detail}`,
    // The folder above is for others too: it is not given away.
    remedy:
      obstacle.code === "EACCES" && user !== undefined
        ? `sudo install -d -o ${user.name} -m 700 ${shellWord(folder)}`
        : "mien serve --data-dir ~/mien   # another folder",
  });
}

async function faceStore(settings: FileSettings): Promise<Finding> {
  const subject = "Face store";
  if (settings.storeUrl !== "") return redis(subject, settings);
  const folders = ["gallery", "keys"].map((name) => join(settings.dataDirectory, name));
  let found = false;
  for (const folder of folders) {
    const obstacle = await obstacleInStore(folder);
    if (obstacle === undefined) found = true;
    else if (obstacle.code !== "ENOENT") return fault(subject, withoutKnownRemedy(obstacle));
  }
  return {
    subject,
    state: "well",
    detail: found
      ? `the files in ${folders.join(" and ")} can be read and written`
      : "none yet; the first start makes one",
  };
}

/** Milliseconds for each step: whoever waits for Redis longer has a fault to find. */
const redisLimit = 1500;

async function redis(
  subject: string,
  { storeUrl, storeReplicas: replicas }: FileSettings,
): Promise<Finding> {
  try {
    // Loaded only now: most installations have no Redis.
    const { examineRedis } = await import("@mien/server/redis-examination");
    await examineRedis(storeUrl, { replicas, limit: redisLimit });
    return { subject, state: "well", detail: "in Redis, which answers" };
  } catch (error) {
    return fault(subject, { detail: messageOf(error) });
  }
}

async function obstacleInStore(folder: string): Promise<Obstacle | undefined> {
  const obstacle = await obstacleTo(folder, "keep", "service");
  if (obstacle !== undefined) return obstacle;
  const user = currentUser();
  const entries = await readdir(folder, { withFileTypes: true });
  for (const entry of entries.filter((each) => each.isFile())) {
    const path = join(folder, entry.name);
    const found = await obstacleTo(path, "change", "service");
    // A server at work destroys keys whose time is over.
    if (found === undefined || found.code === "ENOENT") continue;
    const whole = `sudo chown -R ${user?.name ?? ""} ${shellWord(folder)}`;
    return found.remedy?.startsWith("sudo chown") === true ? { ...found, remedy: whole } : found;
  }
  return undefined;
}

/** A folder on the way that is closed is the data directory's finding: how it is opened is said there. */
function withoutKnownRemedy(obstacle: Obstacle): Pick<Obstacle, "detail" | "remedy"> {
  return obstacle.closedFolder === undefined ? obstacle : { detail: obstacle.detail };
}

async function callersKeys(settings: FileSettings): Promise<Finding> {
  const { apiKeys, keysFile } = settings;
  if (!hasConfiguredCredentials(settings)) return ownKey(settings.dataDirectory);
  if (keysFile === undefined) {
    const subject = "Key";
    const detail = apiKeys.length === 0 ? "none but bearer tokens" : "of MIEN_API_KEYS";
    return read(subject, () => new KeyRing(configuredKeys(apiKeys)), detail);
  }
  const subject = "Keys file";
  const obstacle = await obstacleTo(keysFile, "read", "administrator");
  if (obstacle?.code === "ENOENT")
    return fault(subject, { ...obstacle, remedy: `mien key add --file ${shellWord(keysFile)}` });
  return (
    (await obstacleOrChangeable(subject, keysFile, obstacle)) ??
    read(
      subject,
      () => new KeyRing([...configuredKeys(apiKeys), ...readKeysFile(keysFile)]),
      `${keysFile} can be read`,
    )
  );
}

async function ownKey(folder: string): Promise<Finding> {
  const path = keyFilePath(folder);
  const obstacle = await obstacleTo(path, "read", "service");
  if (obstacle?.code === "ENOENT") return madeAtFirstStart("Key");
  if (obstacle !== undefined) return fault("Key", withoutKnownRemedy(obstacle));
  return secretFile("Key", path, "service", () => readOwnKey(path));
}

function madeAtFirstStart(subject: string): Finding {
  return { subject, state: "well", detail: "none yet; the first start makes one" };
}

async function signingKeys(tokens: NonNullable<ServerSettings["bearerTokens"]>): Promise<Finding> {
  const subject = "Signing keys";
  try {
    const { file } = createTokenJudge(tokens);
    if (file === undefined)
      return { subject, state: "well", detail: "at an address, which is not asked" };
  } catch (error) {
    const { cause } = error as { cause?: NodeJS.ErrnoException };
    // Of an address, the path of a file is none.
    if (cause?.syscall === undefined) return fault(subject, { detail: messageOf(error) });
  }
  const path = tokens.keySet;
  return (
    (await obstacleOrChangeable(subject, path, await obstacleTo(path, "read", "administrator"))) ??
    read(subject, () => createTokenJudge(tokens), `${path} can be read`)
  );
}

async function masterKey(settings: FileSettings): Promise<Finding> {
  const subject = "Master key";
  const embedded = settings.storeUrl === "";
  const check = (masters: ReturnType<typeof masterKeysFromText>): void => {
    if (embedded) checkMasterKeysOf(settings.dataDirectory, masters);
  };
  if (settings.masterKey !== "")
    return read(subject, () => check(masterKeysFromText(settings.masterKey)), "of MIEN_MASTER_KEY");
  const configured = settings.masterKeyFile !== "";
  const path = configured ? settings.masterKeyFile : join(settings.dataDirectory, "master-key");
  const owner = configured ? "administrator" : "service";
  const obstacle = await obstacleTo(path, "read", owner);
  if (obstacle?.code === "ENOENT") {
    if (embedded && storeIsBegun(settings.dataDirectory))
      return fault(subject, { detail: lostMasterKey(path, settings.dataDirectory) });
    if (!configured && embedded) return madeAtFirstStart(subject);
    return fault(subject, {
      detail: configured
        ? obstacle.detail
        : "none: MIEN_STORE_URL needs MIEN_MASTER_KEY or MIEN_MASTER_KEY_FILE, the same for every server",
      ...(configured ? { remedy: `(umask 077; openssl rand -hex 32 > ${shellWord(path)})` } : {}),
    });
  }
  if (obstacle !== undefined)
    return fault(subject, configured ? obstacle : withoutKnownRemedy(obstacle));
  return secretFile(subject, path, owner, () => check(masterKeysFromFile(path)));
}

async function* tlsFiles(files: TlsFiles): AsyncGenerator<Finding> {
  const [certificate, key] = ["TLS certificate", "TLS key"];
  const obstacles = {
    certificate: await obstacleTo(files.certificate, "read", "administrator"),
    key: await obstacleTo(files.key, "read", "administrator"),
  };
  const unreadable = await obstacleOrChangeable(
    certificate,
    files.certificate,
    obstacles.certificate,
  );
  if (unreadable !== undefined) yield unreadable;
  else if (obstacles.key !== undefined)
    yield { subject: certificate, state: "well", detail: `${files.certificate} can be read` };
  else yield tlsPair(certificate, files);
  yield obstacles.key === undefined
    ? await secretFile(key, files.key, "administrator", () => undefined)
    : fault(key, obstacles.key);
}

function tlsPair(subject: string, files: TlsFiles): Finding {
  const warnings: string[] = [];
  const finding = read(
    subject,
    () => readTls(files, (line) => warnings.push(line)),
    `${files.certificate} and its key can be read`,
  );
  const [warning] = warnings;
  return warning === undefined ? finding : { subject, state: "warning", detail: warning };
}

/** Reads a file as the server does. */
function read(subject: string, reading: () => unknown, detail: string): Finding {
  try {
    reading();
    return { subject, state: "well", detail };
  } catch (error) {
    return fault(subject, { detail: messageOf(error) });
  }
}

/** What everybody may read, and nobody but its owner change: whoever can change the keys can be anyone. */
async function obstacleOrChangeable(
  subject: string,
  path: string,
  obstacle: Obstacle | undefined,
): Promise<Finding | undefined> {
  if (obstacle !== undefined) return fault(subject, obstacle);
  const stats = await statsOf(path);
  if (process.platform === "win32" || stats === undefined || (stats.mode & 0o002) === 0)
    return undefined;
  return fault(subject, {
    detail: `${path} can be changed by everybody`,
    remedy: `${sudoFor(stats.uid)}chmod o-w ${shellWord(path)}`,
  });
}

/** A file that can be read, and that holds a key. */
async function secretFile(
  subject: string,
  path: string,
  owner: Owner,
  reading: () => unknown,
): Promise<Finding> {
  const stats = await statsOf(path);
  const user = currentUser();
  if (stats === undefined || user === undefined)
    return read(subject, reading, `${path} can be read`);
  const mine = stats.uid === user.uid;
  // What belongs to somebody else can be read by the service through its group alone.
  if ((stats.mode & (mine ? 0o077 : 0o007)) !== 0) {
    const file = shellWord(path);
    const others =
      owner === "service"
        ? `sudo chown ${user.name} ${file} && sudo chmod 600 ${file}`
        : `sudo chgrp ${user.gid} ${file} && sudo chmod 640 ${file}`;
    return fault(subject, {
      detail: `${path} can be read by others`,
      remedy: mine ? `chmod 600 ${file}` : others,
    });
  }
  return read(
    subject,
    reading,
    mine ? `${path}, readable by its owner only` : `${path} can be read; ${described("it", stats)}`,
  );
}

function sudoFor(uid: number): string {
  return uid === currentUser()?.uid ? "" : "sudo ";
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
