/** From settings to a listening server that ends as an operator asks it to. */
import { isIP } from "node:net";
import type { FastifyInstance } from "fastify";
import { createServer } from "./create-server.js";
import { hasConfiguredCredentials } from "./door/open-door.js";
import { keyFilePath } from "./door/own-key.js";
import { Reloading } from "./door/reloading.js";
import { checkExposure, listeningError } from "./listening-place.js";
import { listen, tryListening } from "./listening.js";
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
  checkExposure(settings);
  const report = (line: string): void => {
    if (errorLines === undefined) console.error(`mien: ${line}`);
    else errorLines.write(`mien: ${line}\n`);
  };
  const reloading = new Reloading(report);
  try {
    // Before the workers load their networks, which takes seconds, and whose end waits for that.
    await tryListening(settings).catch((error: unknown) => {
      throw listeningError(settings, error);
    });
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

async function listenOrClose(server: FastifyInstance, settings: ServerSettings): Promise<void> {
  try {
    await listen(server, settings);
  } catch (error) {
    await server.close();
    throw listeningError(settings, error);
  }
}

function endpointOf(server: FastifyInstance, settings: ServerSettings): string {
  const address = server.server.address();
  if (address === null || typeof address === "string") throw new Error("the server has no port");
  const host = isIP(settings.host) === 6 ? `[${settings.host}]` : settings.host;
  return `${settings.tls === undefined ? "http" : "https"}://${host}:${address.port}`;
}
