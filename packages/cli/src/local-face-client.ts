import { randomBytes } from "node:crypto";
import { rmSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { AzureKeyCredential, FaceClient, type FaceClientOptions } from "@mien/client";
import { workerRange } from "@mien/server/settings";
import { injectHttpClient, type InjectableServer } from "./inject-http-client.js";
import { startLocalServer } from "./local-server.js";

/** Settings of a {@link localFaceClient}, in addition to those of every client. */
export interface LocalFaceClientOptions extends Omit<
  FaceClientOptions,
  "httpClient" | "allowInsecureConnection" | "credentialScopes"
> {
  /** Worker threads, each with its own models, 1..256. Default: one for each core that the process may use. */
  workers?: number;
  /**
   * Folder in which faceIds are stored. Default: a temporary folder that is removed, with its faceIds, when the client is
   * closed or the process exits. If the process is killed, the folder remains but cannot be decrypted.
   */
  dataDirectory?: string;
}

/**
 * A {@link FaceClient} whose service runs in this process: the same routes, validation, models and store as the server,
 * without a socket. Close it when done; its worker threads keep the process alive.
 *
 * @throws RangeError if `workers` is not a whole number from 1 to 256.
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
  if (workers !== undefined) checkWorkers(workers);
  const place = dataDirectory === undefined ? await temporaryPlace() : lastingPlace(dataDirectory);
  // Nobody but this client is to use the server, so it gets a key that nobody else knows.
  const key = randomBytes(32).toString("base64url");
  let server: InjectableServer;
  try {
    server = await startLocalServer({ key, workers, ...place.settings });
  } catch (error) {
    await place.leave();
    throw error;
  }
  const close = async (): Promise<void> => {
    await server.close();
    await place.leave();
  };
  try {
    return new FaceClient("http://localhost", new AzureKeyCredential(key), {
      ...clientOptions,
      httpClient: injectHttpClient({
        inject: (request, signal) => server.inject(request, signal),
        close,
      }),
    });
  } catch (error) {
    // Nobody gets a client that could be closed, and the service would keep the process alive.
    await close();
    throw error;
  }
}

/** The server judges only settings that are read from text; with such a number none would answer, or nothing ever would. */
function checkWorkers(workers: number): void {
  const { minimum, maximum } = workerRange;
  if (!(Number.isInteger(workers) && workers >= minimum && workers <= maximum))
    throw new RangeError(
      `workers must be a whole number from ${minimum} to ${maximum}, not ${workers}`,
    );
}

/** Where faceIds are kept. */
interface Place {
  readonly settings: { readonly dataDirectory: string; readonly masterKey?: string };
  leave(): Promise<void>;
}

function lastingPlace(dataDirectory: string): Place {
  return { settings: { dataDirectory }, leave: () => Promise.resolve() };
}

/** Folders that are left when the process exits. */
const temporaryFolders = new Set<string>();

function removeTemporaryFolders(): void {
  for (const folder of temporaryFolders) rmSync(folder, { recursive: true, force: true });
}

/**
 * A folder that ends with the client, or with the process if nobody closes the client. The key of its templates is in
 * memory alone, so that they can be read by nobody where a killed process leaves the folder behind.
 */
async function temporaryPlace(): Promise<Place> {
  const dataDirectory = await mkdtemp(join(tmpdir(), "mien-"));
  // One listener for all: Node warns of more than ten.
  if (temporaryFolders.size === 0) process.on("exit", removeTemporaryFolders);
  temporaryFolders.add(dataDirectory);
  return {
    settings: { dataDirectory, masterKey: randomBytes(32).toString("hex") },
    async leave() {
      await rm(dataDirectory, { recursive: true, force: true });
      temporaryFolders.delete(dataDirectory);
      if (temporaryFolders.size === 0) process.off("exit", removeTemporaryFolders);
    },
  };
}
