/** From settings to the credentials that are accepted. */
import type { ServerSettings } from "../settings.js";
import { createTokenJudge } from "./bearer-tokens.js";
import type { Credentials } from "./credentials.js";
import { configuredKeys, defaultTenant, hashedKey, type KnownKey, KeyRing } from "./key-ring.js";
import { readKeysFile } from "./keys-file.js";
import { keyFilePath, ownKey } from "./own-key.js";
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
  const current = (): readonly KnownKey[] => {
    if (keysFile !== undefined) return [...configured, ...readKeysFile(keysFile)];
    if (hasConfiguredCredentials(settings)) return configured;
    return [{ tenant: defaultTenant, hash: hashedKey(ownKey(dataDirectory)) }];
  };
  const keys = new KeyRing(current());
  const file =
    keysFile ?? (hasConfiguredCredentials(settings) ? undefined : keyFilePath(dataDirectory));
  if (file !== undefined) reloading?.add("keys", [file], () => keys.replace(current()));

  const tokens =
    settings.bearerTokens === undefined ? undefined : createTokenJudge(settings.bearerTokens);
  if (tokens?.file !== undefined)
    reloading?.add("signing keys", [tokens.file], () => tokens.reload());
  return { keys, tokens };
}
