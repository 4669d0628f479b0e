/** The files and folders that a server with given settings reads and writes, met as the user who runs this process. */
import type { Stats } from "node:fs";
import { dirname, join } from "node:path";
import { hasConfiguredCredentials } from "@mien/server/door/open-door";
import type { ServerSettings } from "@mien/server/settings";
import { type Obstacle, obstacleTo, statsOf } from "./file-access.js";
import { fault } from "./file-findings.js";
import type { Finding } from "./finding.js";
import { callersKeys, type KeySettings, masterKey, signingKeys, tlsFiles } from "./key-findings.js";
import { shellWord } from "./shell-word.js";
import { faceStore, type StoreFileSettings } from "./store-findings.js";
import { currentUser, userName } from "./users.js";

/** The settings that name files, or make others needless. */
export type FileSettings = KeySettings & StoreFileSettings & Pick<ServerSettings, "tls">;

/** Nothing is made or changed: whoever looks is seldom the user that the service runs as, whom it would keep out. */
export async function* examineServiceFiles(settings: FileSettings): AsyncGenerator<Finding> {
  const user = await serviceUser(settings.dataDirectory);
  if (user !== undefined) yield user;
  yield await dataDirectory(settings);
  const { finding, masterId } = await faceStore(settings);
  yield finding;
  yield await callersKeys(settings);
  if (settings.bearerTokens !== undefined) yield await signingKeys(settings.bearerTokens);
  yield await masterKey(settings, masterId);
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
    detail: `${user.name}, but ${folder} belongs to ${owner}: the findings below hold for ${user.name} only`,
    remedy: `sudo -u ${/^\d+$/.test(owner) ? `'#${owner}'` : owner} mien doctor --data-dir ${shellWord(folder)}`,
  };
}

/** A folder of root's is nobody's yet: what root has made there is to be given to the service's user. */
function isOfAnotherService({ uid }: Stats): boolean {
  return uid !== 0 && uid !== currentUser()?.uid;
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
      detail: `${folder} is writable by everyone, so anyone could put other keys into it`,
      remedy: `chmod o-w ${shellWord(folder)}`,
    };
  const detail = present.includes(undefined) ? "is writable" : "contains everything needed";
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
    return { subject, state: "well", detail: `${folder} does not exist yet and can be created` };
  const user = currentUser();
  return fault(subject, {
    detail: `${folder} does not exist and cannot be created: ${obstacle.detail}`,
    // The folder above is for others too: it is not given away.
    remedy:
      obstacle.code === "EACCES" && user !== undefined
        ? `sudo install -d -o ${user.name} -m 700 ${shellWord(folder)}`
        : "mien serve --data-dir ~/mien   # another folder",
  });
}
