/** A network of one machine that wishes no good: names, redirects and answers, and what was heard of whom. */
import { readFileSync } from "node:fs";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { createRequire } from "node:module";
import type { AddressInfo, Socket } from "node:net";
import { dirname, join } from "node:path";
import { limits } from "@mien/contract/limits";
import type { ResolveName } from "@mien/server/url-input/checked-lookup";
import { startHostileNames } from "./hostile-names.js";

export interface HostileWorld {
  /** Turns names into addresses by the world's own DNS. */
  readonly resolve: ResolveName;
  /** `{port}` of an address becomes the port that the world listens on. */
  at(url: string): string;
  /** What has come to this machine since {@link forget}, and by which name. */
  readonly heard: readonly string[];
  readonly bytesSent: number;
  readonly openSockets: number;
  forget(): void;
  close(): Promise<void>;
}

/** The picture that its honest path answers. */
const worldsPicture = readFileSync(
  join(
    dirname(createRequire(import.meta.url).resolve("@vladmandic/face-api/package.json")),
    "demo/sample1.jpg",
  ),
);

class World {
  heard: string[] = [];
  bytesSent = 0;
  openSockets = 0;

  /** Sends until nobody listens any more. */
  pour(response: ServerResponse, chunk: Buffer): void {
    const more = (): void => {
      while (!response.destroyed) {
        this.bytesSent += chunk.length;
        if (!response.write(chunk)) {
          response.once("drain", more);
          return;
        }
      }
    };
    more();
  }

  answer(request: IncomingMessage, response: ServerResponse): void {
    const host = request.headers.host ?? "";
    this.heard.push(`${host}${request.url ?? ""}`);
    response.on("error", () => undefined);
    // Nor does it end a connection that its caller leaves open.
    response.setHeader("Keep-Alive", "timeout=600");
    const url = new URL(request.url ?? "/", "http://pictures.test");
    const page = pages[`/${url.pathname.split("/")[1]}`];
    if (page === undefined) response.end("secret".repeat(1000));
    else page(response, url, this);
  }

  async listen(address: string, port: number): Promise<Server> {
    const server = createServer((request, response) => this.answer(request, response));
    server.keepAliveTimeout = 0;
    server.on("connection", (socket: Socket) => {
      this.openSockets++;
      socket.on("close", () => this.openSockets--);
    });
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      server.listen(port, address, resolve);
    });
    return server;
  }
}

/** Paths of the server of pictures. */
const pages: Readonly<Record<string, (response: ServerResponse, url: URL, world: World) => void>> =
  {
    "/one.jpg": (response) => response.end(worldsPicture),
    "/to": (response, url, world) => {
      response.writeHead(302, { location: url.search.slice(1) });
      world.pour(response, Buffer.alloc(1000, "x"));
    },
    "/loop": (response) => response.writeHead(307, { location: "/loop" }).end(),
    "/hops": (response, url) => {
      const left = Number(url.pathname.split("/")[2]);
      response.writeHead(303, { location: left <= 1 ? "/one.jpg" : `/hops/${left - 1}` }).end();
    },
    "/nowhere": (response) => response.writeHead(301).end(),
    "/empty": (response) => response.end(),
    "/missing": (response) => response.writeHead(404).end(worldsPicture),
    "/part": (response) => response.writeHead(206).end(worldsPicture),
    "/small": (response) => response.end(Buffer.alloc(limits.pictureBytes.minimum - 1)),
    "/most": (response) => response.end(Buffer.alloc(limits.pictureBytes.maximum)),
    "/more": (response) => response.end(Buffer.alloc(limits.pictureBytes.maximum + 1)),
    "/announced": (response) => {
      response.writeHead(200, { "content-length": "99999999999" });
      response.write(Buffer.alloc(5000));
    },
    "/endless": (response, _url, world) => {
      response.writeHead(200);
      world.pour(response, Buffer.alloc(65_536));
    },
    "/silent": () => undefined,
    "/slow": (response) => {
      response.writeHead(200);
      const timer = setInterval(() => response.write("x"), 50);
      response.on("close", () => clearInterval(timer));
    },
    "/cut": (response) => {
      response.writeHead(200, { "content-length": "100000" });
      response.write(Buffer.alloc(50_000), () => response.destroy());
    },
    "/headers": (response) => response.writeHead(200, { x: "x".repeat(20_000) }).end(worldsPicture),
    "/packed": (response) =>
      response.writeHead(200, { "content-encoding": "gzip" }).end(Buffer.alloc(2000, 31)),
  };

export async function startHostileWorld(): Promise<HostileWorld> {
  const world = new World();
  const names = await startHostileNames();
  const server = await world.listen("127.0.0.1", 0);
  const { port } = server.address() as AddressInfo;
  // The same port on IPv6, where the machine has it.
  const six = await world.listen("::1", port).catch(() => undefined);
  return {
    resolve: names.resolve,
    at: (url) => url.replaceAll("{port}", String(port)),
    get heard() {
      return world.heard;
    },
    get bytesSent() {
      return world.bytesSent;
    },
    get openSockets() {
      return world.openSockets;
    },
    forget() {
      world.heard = [];
      world.bytesSent = 0;
    },
    async close() {
      server.close();
      six?.close();
      await names.close();
    },
  };
}
