/** A real server with real models on a free port of this machine, and the real client. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { AzureKeyCredential, FaceClient } from "@mien/client";
import { readSettings, type ServerSettings } from "@mien/server/settings";
import { startServer } from "@mien/server/start-server";

export interface TestServer {
  readonly endpoint: string;
  readonly client: FaceClient;
  /** The client of another tenant. */
  readonly stranger: FaceClient;
  /** Starts again on the same data directory. */
  restart(): Promise<void>;
  close(): Promise<void>;
}

export const key = "first-key";

export async function startTestServer(settings: Partial<ServerSettings> = {}): Promise<TestServer> {
  const directory = mkdtempSync(join(tmpdir(), "mien-contract-"));
  const start = () =>
    startServer({
      ...readSettings(
        {
          port: "0",
          dataDirectory: directory,
          workers: "1",
          workerNiceness: "0",
          playground: "off",
          log: "off",
        },
        {},
      ),
      apiKeys: [`one:${key}`, "two:second-key"],
      ...settings,
    });
  let running = await start();
  const client = (secret: string): FaceClient =>
    new FaceClient(running.endpoint, new AzureKeyCredential(secret), {
      retryOptions: { maxRetries: 0 },
    });
  const server = {
    endpoint: running.endpoint,
    client: client(key),
    stranger: client("second-key"),
    async restart() {
      await running.close();
      running = await start();
      server.endpoint = running.endpoint;
      server.client = client(key);
      server.stranger = client("second-key");
    },
    async close() {
      await running.close();
      rmSync(directory, { recursive: true, force: true });
    },
  };
  return server;
}

/** The group photographs of `@vladmandic/face-api`, 1..6. */
export function photograph(number: number): Buffer {
  return readFileSync(
    join(import.meta.dirname, `../../node_modules/@vladmandic/face-api/demo/sample${number}.jpg`),
  );
}
