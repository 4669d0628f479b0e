/** A real server on loopback, in this process or in one of its own, and plain calls of it. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readSettings } from "@mien/server/settings";
import { startServer } from "@mien/server/start-server";

const key = "bench-key";

export interface Served {
  readonly endpoint: string;
  /** POSTs and reads the answer; throws unless it is 200. */
  post(path: string, body: Uint8Array | object): Promise<unknown>;
  /** The same without judging the answer. */
  send(path: string, body: Uint8Array | object): Promise<Response>;
  close(): Promise<void>;
}

/** Calls of a server that listens. */
export function callsOf(endpoint: string): Omit<Served, "close"> {
  const send = (path: string, body: Uint8Array | object): Promise<Response> => {
    const isPicture = body instanceof Uint8Array;
    return fetch(`${endpoint}/face/v1.1-preview.1/${path}`, {
      method: "POST",
      headers: {
        "ocp-apim-subscription-key": key,
        "content-type": isPicture ? "application/octet-stream" : "application/json",
      },
      body: isPicture ? (body as Uint8Array<ArrayBuffer>) : JSON.stringify(body),
    });
  };
  return {
    endpoint,
    send,
    async post(path, body) {
      const response = await send(path, body);
      const answer: unknown = await response.json();
      if (response.status !== 200)
        throw new Error(`${path}: ${response.status} ${JSON.stringify(answer)}`);
      return answer;
    },
  };
}

/** Raw settings as the environment gives them; workers by default as many as the product takes. */
export async function serve(settings: Readonly<Record<string, string>> = {}): Promise<Served> {
  const directory = await mkdtemp(join(tmpdir(), "mien-bench-"));
  const server = await startServer(
    readSettings(
      { port: "0", dataDirectory: directory, playground: "off", apiKeys: key, log: "off" },
      settings,
    ),
  );
  const calls = callsOf(server.endpoint);
  await fetch(`${server.endpoint}/readyz`);
  return {
    ...calls,
    async close() {
      await server.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
}
