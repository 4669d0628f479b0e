/** From settings to the credentials that are accepted. */
import type { ServerSettings } from "../settings.js";
import { createTokenJudge, unsignedNotice } from "./bearer-tokens.js";
import type { Credentials } from "./credentials.js";
import { configuredKeys, defaultTenant, hashedKey, type KnownKey, KeyRing } from "./key-ring.js";
import { readKeysFile } from "./keys-file.js";
import { keyFilePath, ownKey, readOwnKey } from "./own-key.js";
import type { Reloading } from "./reloading.js";

/** Whether any credential was configured, so that no key has to be made. */
export function hasConfiguredCredentials(
  settings: Pick<ServerSettings, "apiKeys" | "keysFile" | "bearerTokens">,
): boolean {
  return (
    settings.apiKeys.length > 0 ||
    settings.keysFile !== undefined ||
    settings.bearerTokens !== undefined
  );
}

/** What is said of an operator's file of keys that leaves the server without any: it may be one that is still to be filled. */
export function keylessNotice(
  path: string,
  bearerTokens: ServerSettings["bearerTokens"] | undefined,
): string {
  const left = bearerTokens === undefined ? "every call is refused" : "only tokens are accepted";
  return `${path} contains no key: ${left}`;
}

/**
 * @param report where it is told of files without a key.
 * @throws SettingError
 */
export function openDoor(
  settings: ServerSettings,
  report: (line: string) => void,
  reloading?: Reloading,
): Credentials {
  const configured = configuredKeys(settings.apiKeys);
  const { keysFile, dataDirectory } = settings;
  const own = keyFilePath(dataDirectory);
  const current = (readOwn: () => string): readonly KnownKey[] => {
    if (keysFile !== undefined) return [...configured, ...readKeysFile(keysFile)];
    if (hasConfiguredCredentials(settings)) return configured;
    return [{ tenant: defaultTenant, hash: hashedKey(readOwn()) }];
  };
  const keys = new KeyRing(current(() => ownKey(dataDirectory)));
  const noticeKeyless = (): void => {
    if (keysFile !== undefined && keys.tenants === 0)
      report(`keys: ${keylessNotice(keysFile, settings.bearerTokens)}`);
  };
  noticeKeyless();
  const file = keysFile ?? (hasConfiguredCredentials(settings) ? undefined : own);
  if (file !== undefined)
    reloading?.add("keys", [file], () => {
      // Only a start makes a key: one made now would shut out every caller, and nobody would know of it.
      keys.replace(current(() => readOwnKey(own)));
      noticeKeyless();
    });

  const tokens =
    settings.bearerTokens === undefined ? undefined : createTokenJudge(settings.bearerTokens);
  const noticeUnsigned = (): void => {
    if (tokens?.isKeyless === true)
      report(`signing keys: ${unsignedNotice(settings.bearerTokens!.keySet)}`);
  };
  noticeUnsigned();
  if (tokens?.file !== undefined)
    reloading?.add("signing keys", [tokens.file], () => {
      tokens.reload();
      noticeUnsigned();
    });
  return { keys, tokens };
}
