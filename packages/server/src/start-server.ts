/** From settings to a listening server that ends as an operator asks it to. */
import { isIP } from "node:net";
import type { FastifyInstance } from "fastify";
import { createServer } from "./create-server.js";
import { hasConfiguredCredentials } from "./door/open-door.js";
import { keyFilePath } from "./door/own-key.js";
import { Reloading } from "./door/reloading.js";
import { listen } from "./listening.js";
import { SettingError } from "./setting-error.js";
import type { ServerSettings } from "./settings.js";

/** A server that listens. */
export interface RunningServer {
  /** Where it listens, with the port that was picked. */
  readonly endpoint: string;
  /** The file of the key that was made; absent when keys are configured. */
  readonly keyFile?: string;
  /** Reads keys, signing keys and certificates again. */
  reload(): void;
  /** Answers what is at work, refuses what comes, then ends. */
  close(): Promise<void>;
}

function isLoopback(host: string): boolean {
  if (host === "localhost") return true;
  // However it is written: `0:0:0:0:0:0:0:1` is `::1`.
  const address = `http://[${host}]`;
  if (URL.canParse(address)) return new URL(address).hostname === "[::1]";
  return isIP(host) === 4 && host.startsWith("127.");
}

/** What a server is given beside its settings. */
export interface StartOptions {
  /** Folder of the playground's built files; absent, no page is served. */
  readonly playgroundDirectory?: string;
  /** Where log lines and what else is to be told go; default the error stream. */
  readonly errorLines?: { write(line: string): void };
}

/**
 * Opens the store, starts the workers and listens; the models may still be loading when it returns.
 * @throws SettingError when it would listen beyond this machine without a configured credential, or cannot listen.
 */
export async function startServer(
  settings: ServerSettings,
  { playgroundDirectory, errorLines }: StartOptions = {},
): Promise<RunningServer> {
  const configured = hasConfiguredCredentials(settings);
  if (!configured && !isLoopback(settings.host))
    throw new SettingError(
      `${settings.host} can be reached from other machines: set MIEN_API_KEYS or MIEN_KEYS_FILE first, or listen on 127.0.0.1`,
    );
  const report = (line: string): void => {
    if (errorLines === undefined) console.error(`mien: ${line}`);
    else errorLines.write(`mien: ${line}\n`);
  };
  const reloading = new Reloading(report);
  try {
    const server: FastifyInstance = await createServer({
      ...settings,
      reloading,
      report,
      ...(errorLines === undefined ? {} : { logTo: errorLines }),
      ...(playgroundDirectory === undefined ? {} : { playgroundDirectory }),
    });
    server.addHook("onClose", () => reloading.close());
    await listenOrClose(server, settings);
    return {
      endpoint: endpointOf(server, settings),
      ...(configured ? {} : { keyFile: keyFilePath(settings.dataDirectory) }),
      reload: () => reloading.reloadAll(),
      close: () => server.close(),
    };
  } catch (error) {
    reloading.close();
    throw error;
  }
}

/** What keeps a server from listening, by the system's codes, and what to do. */
const listeningFaults: Readonly<Record<string, string>> = {
  EADDRINUSE:
    "something listens there already: end it, or set MIEN_PORT to another, or to 0 for a free one",
  EACCES:
    "this user may not listen there: ports below 1024 need rights of their own; set MIEN_PORT",
  EADDRNOTAVAIL: "this machine has no such address: set MIEN_HOST to one of its own",
  ENOTFOUND: "nobody knows that name: set MIEN_HOST to an address of this machine",
};

async function listenOrClose(server: FastifyInstance, settings: ServerSettings): Promise<void> {
  try {
    await listen(server, settings);
  } catch (error) {
    await server.close();
    const fault = listeningFaults[(error as NodeJS.ErrnoException).code ?? ""];
    if (fault === undefined) throw error;
    throw new SettingError(`cannot listen on ${settings.host} port ${settings.port}: ${fault}`, {
      cause: error,
    });
  }
}

function endpointOf(server: FastifyInstance, settings: ServerSettings): string {
  const address = server.server.address();
  if (address === null || typeof address === "string") throw new Error("the server has no port");
  const host = isIP(settings.host) === 6 ? `[${settings.host}]` : settings.host;
  return `${settings.tls === undefined ? "http" : "https"}://${host}:${address.port}`;
}
