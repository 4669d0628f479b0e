/** Keys as the service would meet them: callers' keys, those that sign tokens, the master key, the pair of TLS. */
import { join } from "node:path";
import { createTokenJudge, type TokenJudge, unsignedNotice } from "@mien/server/door/bearer-tokens";
import { configuredKeys, KeyRing } from "@mien/server/door/key-ring";
import { readKeysFile } from "@mien/server/door/keys-file";
import { hasConfiguredCredentials, keylessNotice } from "@mien/server/door/open-door";
import { keyFilePath, readOwnKey } from "@mien/server/door/own-key";
import { readTls, type TlsFiles } from "@mien/server/door/tls";
import {
  checkMasterKeysOf,
  lostMasterKey,
  masterKeysFromFile,
  masterKeysFromText,
  requireMasterKeys,
  storeIsBegun,
} from "@mien/server/master-keys";
import { messageOf } from "@mien/server/message-of";
import type { ServerSettings } from "@mien/server/settings";
import { obstacleTo } from "./file-access.js";
import {
  fault,
  madeAtFirstStart,
  obstacleOrChangeable,
  read,
  secretFile,
  withoutKnownRemedy,
} from "./file-findings.js";
import type { Finding } from "./finding.js";
import { shellWord } from "./shell-word.js";

/** The settings that name keys, or make others needless. */
export type KeySettings = Pick<
  ServerSettings,
  | "apiKeys"
  | "bearerTokens"
  | "dataDirectory"
  | "keysFile"
  | "masterKey"
  | "masterKeyFile"
  | "storeUrl"
>;

export async function callersKeys(settings: KeySettings): Promise<Finding> {
  const { apiKeys, keysFile } = settings;
  if (!hasConfiguredCredentials(settings)) return ownKey(settings.dataDirectory);
  if (keysFile === undefined) {
    const subject = "Key";
    const detail =
      apiKeys.length === 0 ? "none; only bearer tokens are accepted" : "from MIEN_API_KEYS";
    return read(subject, () => new KeyRing(configuredKeys(apiKeys)), detail);
  }
  const subject = "Keys file";
  const obstacle = await obstacleTo(keysFile, "read", "administrator");
  if (obstacle?.code === "ENOENT")
    return fault(subject, { ...obstacle, remedy: `mien key add --file ${shellWord(keysFile)}` });
  const blocked = await obstacleOrChangeable(subject, keysFile, obstacle);
  if (blocked !== undefined) return blocked;
  let keys: KeyRing | undefined;
  const finding = read(
    subject,
    () => (keys = new KeyRing([...configuredKeys(apiKeys), ...readKeysFile(keysFile)])),
    `${keysFile} can be read`,
  );
  if (keys?.tenants !== 0) return finding;
  return {
    subject,
    state: "warning",
    detail: keylessNotice(keysFile, settings.bearerTokens),
    remedy: `mien key add --file ${shellWord(keysFile)}`,
  };
}

async function ownKey(folder: string): Promise<Finding> {
  const path = keyFilePath(folder);
  const obstacle = await obstacleTo(path, "read", "service");
  if (obstacle?.code === "ENOENT") return madeAtFirstStart("Key");
  if (obstacle !== undefined) return fault("Key", withoutKnownRemedy(obstacle));
  return secretFile("Key", path, "service", () => readOwnKey(path));
}

export async function signingKeys(
  tokens: NonNullable<ServerSettings["bearerTokens"]>,
): Promise<Finding> {
  const subject = "Signing keys";
  try {
    const { file } = createTokenJudge(tokens);
    if (file === undefined)
      return { subject, state: "well", detail: "at a URL, which is not checked here" };
  } catch (error) {
    const { cause } = error as { cause?: NodeJS.ErrnoException };
    // Of an address, the path of a file is none.
    if (cause?.syscall === undefined) return fault(subject, { detail: messageOf(error) });
  }
  const path = tokens.keySet;
  const obstacle = await obstacleTo(path, "read", "administrator");
  const blocked = await obstacleOrChangeable(subject, path, obstacle);
  if (blocked !== undefined) return blocked;
  let judge: TokenJudge | undefined;
  const finding = read(subject, () => (judge = createTokenJudge(tokens)), `${path} can be read`);
  return judge?.isKeyless === true
    ? { subject, state: "warning", detail: unsignedNotice(path) }
    : finding;
}

/** @param neededId of the master key that a store in Redis is known to need. */
export async function masterKey(
  settings: KeySettings,
  neededId: string | undefined,
): Promise<Finding> {
  const subject = "Master key";
  const embedded = settings.storeUrl === "";
  const check = (masters: ReturnType<typeof masterKeysFromText>): void => {
    if (embedded) checkMasterKeysOf(settings.dataDirectory, masters);
    else if (neededId !== undefined) requireMasterKeys(masters, [neededId]);
  };
  if (settings.masterKey !== "")
    return read(
      subject,
      () => check(masterKeysFromText(settings.masterKey)),
      "from MIEN_MASTER_KEY",
    );
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
        : "none: MIEN_STORE_URL needs MIEN_MASTER_KEY or MIEN_MASTER_KEY_FILE, with the same key on every server",
      ...(configured ? { remedy: `(umask 077; openssl rand -hex 32 > ${shellWord(path)})` } : {}),
    });
  }
  if (obstacle !== undefined)
    return fault(subject, configured ? obstacle : withoutKnownRemedy(obstacle));
  return secretFile(subject, path, owner, () => check(masterKeysFromFile(path)));
}

export async function* tlsFiles(files: TlsFiles): AsyncGenerator<Finding> {
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
