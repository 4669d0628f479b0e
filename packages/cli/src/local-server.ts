import { createServer } from "@mien/server/create-server";
import type { InjectableServer } from "./inject-http-client.js";

export interface LocalServerOptions {
  readonly key: string;
  readonly dataDirectory: string;
  readonly workers: number | undefined;
}

/** Starts the server of `@mien/server` without a socket, for one key. */
export async function startLocalServer(options: LocalServerOptions): Promise<InjectableServer> {
  return createServer({
    apiKeys: [options.key],
    playground: false,
    dataDirectory: options.dataDirectory,
    ...(options.workers === undefined ? {} : { workers: options.workers }),
  });
}
