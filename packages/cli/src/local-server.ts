import { AsyncLocalStorage } from "node:async_hooks";
import { createServer } from "@mien/server/create-server";
import type { InjectableServer } from "./inject-http-client.js";

export interface LocalServerOptions {
  readonly key: string;
  readonly dataDirectory: string;
  /** What opens the templates; absent: a file of the data directory. */
  readonly masterKey?: string;
  readonly workers: number | undefined;
}

/**
 * The most that may be set: limits keep strangers from each other, and here all calls are one program's. Who sends an album at
 * once would be refused what he has all the time for.
 */
const patient = { queueLimit: 100_000, waitLimit: 600_000 };

/** Starts the server of `@mien/server` without a socket, for one key. */
export async function startLocalServer(options: LocalServerOptions): Promise<InjectableServer> {
  const server = await createServer({
    apiKeys: [options.key],
    playground: false,
    dataDirectory: options.dataDirectory,
    ...patient,
    ...(options.masterKey === undefined ? {} : { masterKey: options.masterKey }),
    ...(options.workers === undefined ? {} : { workers: options.workers }),
  });
  // A caller without a socket cannot hang up: what his signal says ends the answer as a lost connection would.
  const callers = new AsyncLocalStorage<AbortSignal>();
  server.addHook("onRequest", (_request, reply, done) => {
    const signal = callers.getStore();
    const hangUp = (): void => void reply.raw.destroy();
    signal?.addEventListener("abort", hangUp, { once: true });
    reply.raw.once("close", () => signal?.removeEventListener("abort", hangUp));
    done();
  });
  return {
    inject: (request, signal) => callers.run(signal, async () => server.inject(request)),
    close: () => server.close(),
  };
}
