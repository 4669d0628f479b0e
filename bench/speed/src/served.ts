/** A real server on loopback, in this process or in one of its own, and plain calls of it. */
import { mkdtemp, rm } from "node:fs/promises";
import { Agent, type IncomingHttpHeaders, request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readSettings } from "@mien/server/settings";
import { startServer } from "@mien/server/start-server";

const key = "bench-key";
/** `fetch` copies what it sends and takes twice the time, on the cores that are measured. */
const agent = new Agent({ keepAlive: true, maxSockets: Infinity });

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

export interface Served {
  readonly endpoint: string;
  /** POSTs and reads the answer; throws unless it is 200. */
  post(path: string, body: Uint8Array | object): Promise<unknown>;
  /** The same without judging the answer. */
  send(path: string, body: Uint8Array | object): Promise<Answer>;
  close(): Promise<void>;
}

/** Calls of a server that listens. */
export function callsOf(endpoint: string): Omit<Served, "close"> {
  const send = (path: string, body: Uint8Array | object): Promise<Answer> => {
    const isPicture = body instanceof Uint8Array;
    const bytes = isPicture ? body : Buffer.from(JSON.stringify(body));
    return new Promise((resolve, reject) => {
      const call = request(
        `${endpoint}/face/v1.1-preview.1/${path}`,
        {
          agent,
          method: "POST",
          headers: {
            "ocp-apim-subscription-key": key,
            "content-type": isPicture ? "application/octet-stream" : "application/json",
            "content-length": bytes.length,
          },
        },
        (response) => {
          const parts: Buffer[] = [];
          response.on("data", (part: Buffer) => parts.push(part));
          response.on("error", reject);
          response.on("end", () =>
            resolve({
              status: response.statusCode!,
              headers: response.headers,
              body: Buffer.concat(parts),
            }),
          );
        },
      );
      call.on("error", reject);
      call.end(bytes);
    });
  };
  return {
    endpoint,
    send,
    async post(path, body) {
      const response = await send(path, body);
      const text = response.body.toString();
      if (response.status !== 200) throw new Error(`${path}: ${response.status} ${text}`);
      return JSON.parse(text) as unknown;
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
