import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { AzureKeyCredential, FaceClient, type FaceClientOptions } from "@mien/client";
import { injectHttpClient, type InjectableServer } from "./inject-http-client.js";
import { startLocalServer } from "./local-server.js";

/** Settings of a {@link localFaceClient}, beside those of every client. */
export interface LocalFaceClientOptions extends Omit<
  FaceClientOptions,
  "httpClient" | "allowInsecureConnection" | "credentialScopes"
> {
  /** Worker threads, each with models of its own. Default: as many as the process may use cores. */
  workers?: number;
  /**
   * Where faceIds are kept. Default: a folder of the system's temporary one that goes away when the client is closed,
   * so that its faceIds end with it.
   */
  dataDirectory?: string;
}

/**
 * A {@link FaceClient} whose service runs in this very process: the same routes, validation, models and store as the
 * server's, without a socket. Close it when done; its worker threads keep the process alive.
 *
 * @example
 * ```ts
 * const client = await localFaceClient();
 * const faces = await client.detect(picture, { returnFaceId: false });
 * await client.close();
 * ```
 */
export async function localFaceClient(options: LocalFaceClientOptions = {}): Promise<FaceClient> {
  const { workers, dataDirectory, ...clientOptions } = options;
  const folder = dataDirectory ?? (await mkdtemp(join(tmpdir(), "mien-")));
  // Nobody but this client is to use the server, so it gets a key that nobody else knows.
  const key = randomBytes(32).toString("base64url");
  const removeFolder = async () => {
    if (dataDirectory === undefined) await rm(folder, { recursive: true, force: true });
  };
  let server: InjectableServer;
  try {
    server = await startLocalServer({ key, dataDirectory: folder, workers });
  } catch (error) {
    await removeFolder();
    throw error;
  }
  return new FaceClient("http://localhost", new AzureKeyCredential(key), {
    ...clientOptions,
    httpClient: injectHttpClient({
      inject: (request, signal) => server.inject(request, signal),
      close: async () => {
        await server.close();
        await removeFolder();
      },
    }),
  });
}
