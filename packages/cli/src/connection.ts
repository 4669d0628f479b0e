import { AzureKeyCredential, FaceClient, type FaceClientOptions } from "@mien/client";
import { readSettings } from "@mien/server/settings";
import { exitCodes } from "./exit-codes.js";
import { CommandFailure } from "./failure.js";
import type { Terminal } from "./terminal.js";

/** How a command reaches the service. */
export interface ConnectionOptions {
  /** A running service, Mien's or Azure's. Absent: the models run in this process. */
  readonly endpoint?: string;
  readonly key?: string;
  readonly apiVersion?: string;
  /** Worker threads, for the models in this process. */
  readonly workers?: number;
  /** Where faceIds are kept, for the models in this process. Absent: a folder that goes away with the command. */
  readonly dataDirectory?: string;
}

/** A client, and how many pictures are worth having on their way at a time. */
export interface Connection {
  readonly client: FaceClient;
  readonly concurrency: number;
  /** The service's address, or undefined where the models run in this process. */
  readonly endpoint: string | undefined;
}

/** The service that the command line names, or else the environment; undefined where the models run in this process. */
export function namedEndpoint(
  options: ConnectionOptions,
  { environment }: Terminal,
): string | undefined {
  const named = options.endpoint ?? environment["MIEN_ENDPOINT"];
  // An empty variable is how a shell takes one back.
  return named === "" ? undefined : named;
}

/**
 * Opens the client that a command works with.
 * @throws CommandFailure when an endpoint is named without a key, or is none.
 */
export async function connect(options: ConnectionOptions, terminal: Terminal): Promise<Connection> {
  const endpoint = namedEndpoint(options, terminal);
  const clientOptions: FaceClientOptions =
    options.apiVersion === undefined ? {} : { apiVersion: options.apiVersion };
  if (endpoint === undefined) {
    // As many as the server would start by itself: more pictures than its queue takes would be refused.
    const { workers = readSettings({}, {}).workers, dataDirectory } = options;
    // Loaded only now: help and completion need neither the server nor its models.
    const { localFaceClient } = await import("./local-face-client.js");
    const client = await localFaceClient({
      ...clientOptions,
      workers,
      ...(dataDirectory === undefined ? {} : { dataDirectory }),
    });
    // One more than there are workers, so that none waits for a file to be read.
    return { client, concurrency: workers + 1, endpoint: undefined };
  }
  const key = options.key ?? terminal.environment["MIEN_KEY"] ?? "";
  if (key === "") {
    throw new CommandFailure(
      `no key for ${endpoint}: pass --key, or set MIEN_KEY`,
      exitCodes.usage,
    );
  }
  if (!/^https?:$/.test(URL.canParse(endpoint) ? new URL(endpoint).protocol : "")) {
    throw new CommandFailure(
      `the endpoint must be an http or https address such as http://127.0.0.1:5050, not ${endpoint}`,
      exitCodes.usage,
    );
  }
  const client = new FaceClient(endpoint, new AzureKeyCredential(key), clientOptions);
  return { client, concurrency: 4, endpoint };
}
