import type { InjectableServer } from "./inject-http-client.js";

export interface LocalServerOptions {
  readonly key: string;
  readonly dataDirectory: string;
  readonly workers: number | undefined;
}

/** Starts the server of `@mien/server` without a socket, for one key. */
export async function startLocalServer(options: LocalServerOptions): Promise<InjectableServer> {
  const { createServer } = (await import("@mien/server/create-server" as string)) as {
    createServer: (settings: object) => Promise<InjectableServer>;
  };
  return createServer({
    apiKeys: options.key,
    dataDirectory: options.dataDirectory,
    ...(options.workers === undefined ? {} : { workers: options.workers }),
  });
}
