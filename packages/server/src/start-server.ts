/** From settings to a listening server that ends as an operator asks it to. */
import { isIP } from "node:net";
import type { FastifyInstance } from "fastify";
import { createServer } from "./create-server.js";
import { keyFilePath } from "./key-file.js";
import { type ServerSettings, SettingError } from "./settings.js";

export interface RunningServer {
  /** Where it listens, with the port that was picked. */
  readonly endpoint: string;
  /** The file of the key that was made; absent when keys are configured. */
  readonly keyFile?: string;
  /** Answers what is at work, refuses what comes, then ends. */
  close(): Promise<void>;
}

function isLoopback(host: string): boolean {
  if (host === "localhost" || host === "::1") return true;
  return isIP(host) === 4 && host.startsWith("127.");
}

/**
 * @param playgroundDirectory folder of the playground's built files; absent, no page is served.
 * @throws SettingError when it would listen beyond this machine without a configured key.
 */
export async function startServer(
  settings: ServerSettings,
  playgroundDirectory?: string,
): Promise<RunningServer> {
  if (settings.apiKeys.length === 0 && !isLoopback(settings.host))
    throw new SettingError(
      `${settings.host} can be reached from other machines: set MIEN_API_KEYS first, or listen on 127.0.0.1`,
    );
  const server: FastifyInstance = await createServer({
    ...settings,
    ...(playgroundDirectory === undefined ? {} : { playgroundDirectory }),
  });
  try {
    await server.listen({ host: settings.host, port: settings.port });
  } catch (error) {
    await server.close();
    throw error;
  }
  const address = server.server.address();
  if (address === null || typeof address === "string") throw new Error("the server has no port");
  const host = isIP(settings.host) === 6 ? `[${settings.host}]` : settings.host;
  return {
    endpoint: `http://${host}:${address.port}`,
    ...(settings.apiKeys.length > 0 ? {} : { keyFile: keyFilePath(settings.dataDirectory) }),
    close: () => server.close(),
  };
}
