/** Where a server may listen, and what keeps it from listening there. */
import { isLoopback } from "@mien/contract/loopback";
import { hasConfiguredCredentials } from "./door/open-door.js";
import { SettingError } from "./setting-error.js";
import type { ServerSettings } from "./settings.js";

/** The host as a URL tells it, however it is written: `0:0:0:0:0:0:0:1` is `[::1]`. */
function hostnameOf(host: string): string {
  const address = `http://[${host}]`;
  return URL.canParse(address) ? new URL(address).hostname : host;
}

/** @throws SettingError when it would listen beyond this machine without a configured credential. */
export function checkExposure(
  settings: Pick<ServerSettings, "host" | "apiKeys" | "keysFile" | "bearerTokens">,
): void {
  if (!hasConfiguredCredentials(settings) && !isLoopback(hostnameOf(settings.host)))
    throw new SettingError(
      `${settings.host} can be reached from other machines: set MIEN_API_KEYS, MIEN_KEYS_FILE or MIEN_JWKS first, or listen on 127.0.0.1`,
    );
}

/** What keeps a server from listening, by the system's codes, and what to do. */
const listeningFaults: Readonly<Record<string, string>> = {
  EADDRINUSE:
    "the port is in use: stop the program that uses it, or set MIEN_PORT to another port (0 picks a free one)",
  EACCES:
    "this user may not listen on that port: ports below 1024 need extra privileges; set MIEN_PORT",
  EADDRNOTAVAIL: "this machine has no such address: set MIEN_HOST to one of its own",
  ENOTFOUND: "the host name cannot be resolved: set MIEN_HOST to an address of this machine",
};

/** What listening threw, as a SettingError that says what to do where that is known. */
export function listeningError(
  { host, port }: Pick<ServerSettings, "host" | "port">,
  error: unknown,
): unknown {
  const fault = listeningFaults[(error as NodeJS.ErrnoException).code ?? ""];
  return fault === undefined
    ? error
    : new SettingError(`cannot listen on ${host} port ${port}: ${fault}`, { cause: error });
}
