/** From settings to the credentials that are accepted. */
import type { ServerSettings } from "../settings.js";
import { createTokenJudge } from "./bearer-tokens.js";
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

/** @throws SettingError */
export function openDoor(settings: ServerSettings, reloading?: Reloading): Credentials {
  const configured = configuredKeys(settings.apiKeys);
  const { keysFile, dataDirectory } = settings;
  const own = keyFilePath(dataDirectory);
  const current = (readOwn: () => string): readonly KnownKey[] => {
    if (keysFile !== undefined) return [...configured, ...readKeysFile(keysFile)];
    if (hasConfiguredCredentials(settings)) return configured;
    return [{ tenant: defaultTenant, hash: hashedKey(readOwn()) }];
  };
  const keys = new KeyRing(current(() => ownKey(dataDirectory)));
  const file = keysFile ?? (hasConfiguredCredentials(settings) ? undefined : own);
  if (file !== undefined)
    // Only a start makes a key: one made now would shut out every caller, and nobody would know of it.
    reloading?.add("keys", [file], () => keys.replace(current(() => readOwnKey(own))));

  const tokens =
    settings.bearerTokens === undefined ? undefined : createTokenJudge(settings.bearerTokens);
  if (tokens?.file !== undefined)
    reloading?.add("signing keys", [tokens.file], () => tokens.reload());
  return { keys, tokens };
}
