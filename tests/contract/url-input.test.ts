/** Pictures by URL with a real DNS and real HTTP servers on this machine: nothing that is not meant to be read is. */
import { Resolver } from "node:dns/promises";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { ContractError } from "@mien/contract/errors";
import { limits } from "@mien/contract/limits";
import type { FoundAddress, ResolveName } from "@mien/server/url-input/checked-lookup";
import { createImageFetcher, type ImageFetcher } from "@mien/server/url-input/image-fetcher";
import { AllowList, pictureAddress } from "@mien/server/url-input/picture-address";
import dns2 from "dns2";
import fc from "fast-check";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { hostileUrls } from "./hostile-urls.js";
import { key, photograph, startTestServer } from "./server.js";

const elsewhere = "93.184.216.34";

/** Names of the DNS by type; a list of lists is answered one after the other. */
const zone: Readonly<Record<string, { A?: string[]; AAAA?: string[]; CNAME?: string }>> = {
  "pictures.test": { A: ["127.0.0.1"] },
  "loopback.test": { A: ["127.0.0.1"] },
  "127.0.0.1.loopback.test": { A: ["127.0.0.1"] },
  "loopback6.test": { AAAA: ["::1"] },
  "mapped.test": { AAAA: ["::ffff:127.0.0.1"] },
  "nat64.test": { AAAA: ["64:ff9b::7f00:1"] },
  "zero.test": { A: ["0.0.0.0"] },
  "private.test": { A: ["10.0.0.1"] },
  "metadata.test": { A: ["169.254.169.254"] },
  "alias.test": { CNAME: "loopback.test" },
  "mixed.test": { A: [elsewhere, "127.0.0.1"] },
  "mixed6.test": { A: [elsewhere], AAAA: ["::1"] },
  "empty.test": {},
};

let rebindings = 0;

function addressesOf(name: string, type: "A" | "AAAA"): string[] {
  // The first answer is harmless; whoever asks again gets this machine.
  if (name === "rebind.test")
    return type === "AAAA" ? [] : [rebindings++ === 0 ? elsewhere : "127.0.0.1"];
  return zone[name]?.[type] ?? [];
}

async function startDns(): Promise<{ resolve: ResolveName; close: () => Promise<void> }> {
  const { Packet } = dns2;
  const server = dns2.createServer({
    udp: true,
    handle: (request, send) => {
      const response = Packet.createResponseFromRequest(request);
      const { name, type } = request.questions[0] as unknown as { name: string; type: number };
      const plain = name.toLowerCase().replace(/\.$/, "");
      const alias = zone[plain]?.CNAME;
      const common = { class: Packet.CLASS.IN, ttl: 0 };
      // The library takes plain records, whatever its types say.
      const answers = response.answers as unknown as object[];
      if (alias !== undefined)
        answers.push({ name, type: Packet.TYPE.CNAME, domain: alias, ...common });
      const word = type === Packet.TYPE.AAAA ? "AAAA" : "A";
      for (const address of addressesOf(alias ?? plain, word))
        answers.push({ name: alias ?? name, type, address, ...common });
      if (zone[plain] === undefined && plain !== "rebind.test") response.header.rcode = 3;
      void send(response);
    },
  });
  const addresses = await server.listen({ udp: { port: 0, address: "127.0.0.1" } });
  const { port } = (addresses as { udp: AddressInfo }).udp;
  const resolver = new Resolver({ timeout: 1000, tries: 1 });
  resolver.setServers([`127.0.0.1:${port}`]);
  return {
    async resolve(host) {
      const [four, six] = await Promise.all([
        resolver.resolve4(host).catch(() => []),
        resolver.resolve6(host).catch(() => []),
      ]);
      const found: FoundAddress[] = [
        ...four.map((address) => ({ address, family: 4 })),
        ...six.map((address) => ({ address, family: 6 })),
      ];
      return found;
    },
    close: () => server.close(),
  };
}

/** What came to this machine, and by which name. */
let heard: string[] = [];
let bytesSent = 0;
let openSockets = 0;

function pour(response: ServerResponse, chunk: Buffer): void {
  const more = (): void => {
    while (!response.destroyed) {
      bytesSent += chunk.length;
      if (!response.write(chunk)) {
        response.once("drain", more);
        return;
      }
    }
  };
  more();
}

/** Paths of the server of pictures. */
const pages: Readonly<Record<string, (response: ServerResponse, url: URL) => void>> = {
  "/one.jpg": (response) => response.end(photograph(1)),
  "/to": (response, url) => {
    response.writeHead(302, { location: url.search.slice(1) });
    pour(response, Buffer.alloc(1000, "x"));
  },
  "/loop": (response) => response.writeHead(307, { location: "/loop" }).end(),
  "/hops": (response, url) => {
    const left = Number(url.pathname.split("/")[2]);
    response.writeHead(303, { location: left <= 1 ? "/one.jpg" : `/hops/${left - 1}` }).end();
  },
  "/nowhere": (response) => response.writeHead(301).end(),
  "/empty": (response) => response.end(),
  "/missing": (response) => response.writeHead(404).end(photograph(1)),
  "/part": (response) => response.writeHead(206).end(photograph(1)),
  "/small": (response) => response.end(Buffer.alloc(limits.pictureBytes.minimum - 1)),
  "/most": (response) => response.end(Buffer.alloc(limits.pictureBytes.maximum)),
  "/more": (response) => response.end(Buffer.alloc(limits.pictureBytes.maximum + 1)),
  "/announced": (response) => {
    response.writeHead(200, { "content-length": "99999999999" });
    response.write(Buffer.alloc(5000));
  },
  "/endless": (response) => {
    response.writeHead(200);
    pour(response, Buffer.alloc(65_536));
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
  "/headers": (response) => response.writeHead(200, { x: "x".repeat(20_000) }).end(photograph(1)),
  "/packed": (response) =>
    response.writeHead(200, { "content-encoding": "gzip" }).end(Buffer.alloc(2000, 31)),
};

function answer(request: IncomingMessage, response: ServerResponse): void {
  const host = request.headers.host ?? "";
  heard.push(`${host}${request.url ?? ""}`);
  response.on("error", () => undefined);
  const url = new URL(request.url ?? "/", "http://pictures.test");
  const page = pages[`/${url.pathname.split("/")[1]}`];
  if (page === undefined) response.end("secret".repeat(1000));
  else page(response, url);
}

const servers: Server[] = [];

async function listen(address: string, port: number): Promise<number> {
  const server = createServer(answer);
  server.on("connection", (socket: Socket) => {
    openSockets++;
    socket.on("close", () => openSockets--);
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, address, resolve);
  });
  servers.push(server);
  return (server.address() as AddressInfo).port;
}

let port: number;
let fetcher: ImageFetcher;
let dns: Awaited<ReturnType<typeof startDns>>;
beforeAll(async () => {
  dns = await startDns();
  port = await listen("127.0.0.1", 0);
  // The same port on IPv6, where the machine has it.
  await listen("::1", port).catch(() => undefined);
  fetcher = createImageFetcher({
    allow: ["pictures.test"],
    timeLimit: 1500,
    resolve: dns.resolve,
  });
});
afterAll(async () => {
  await fetcher.close();
  for (const server of servers) server.close();
  await dns.close();
});
beforeEach(() => {
  heard = [];
  bytesSent = 0;
});

const at = (url: string) => url.replaceAll("{port}", String(port));

async function outcome(url: string, by: ImageFetcher = fetcher): Promise<string> {
  try {
    return `${(await by.fetch(at(url))).length} bytes`;
  } catch (error) {
    if (error instanceof ContractError) return error.key;
    throw error;
  }
}

const table = Object.entries(hostileUrls).flatMap(([kind, rows]) =>
  rows.map((row) => ({ kind, ...row })),
);

describe("hostile addresses", () => {
  it("are sixty at least", () => {
    expect(new Set(table.map(({ url }) => url)).size).toBeGreaterThanOrEqual(60);
  });

  it.each(table)("$kind: $url", async ({ url, answer: wanted }) => {
    expect(await outcome(url)).toBe(wanted);
    // Whoever was allowed may have heard of it; nobody else has.
    expect(heard.filter((line) => !line.startsWith("pictures.test:"))).toEqual([]);
    expect(heard.length).toBeLessThanOrEqual(4);
  });

  it("any spelling of any address inside is refused before a name is looked up", () => {
    const blocks: readonly (readonly [string, number])[] = [
      ["10.0.0.0", 8],
      ["127.0.0.0", 8],
      ["169.254.0.0", 16],
      ["172.16.0.0", 12],
      ["192.168.0.0", 16],
      ["100.64.0.0", 10],
      ["224.0.0.0", 3],
      ["0.0.0.0", 8],
    ];
    const number = (text: string) =>
      text.split(".").reduce((sum, part) => sum * 256 + Number(part), 0);
    const spelled = fc
      .record({
        block: fc.constantFrom(...blocks),
        inside: fc.nat(2 ** 32 - 1),
        parts: fc.integer({ min: 1, max: 4 }),
        bases: fc.array(fc.constantFrom("decimal", "octal", "hex"), { minLength: 4, maxLength: 4 }),
      })
      .map(({ block: [base, bits], inside, parts, bases }) => {
        const value = number(base) + (inside % 2 ** (32 - bits));
        const numbers: number[] = [];
        for (let index = 0; index < parts - 1; index++)
          numbers.push(Math.floor(value / 2 ** (24 - 8 * index)) % 256);
        numbers.push(value % 2 ** (8 * (5 - parts)));
        return numbers
          .map((part, index) => {
            if (bases[index] === "octal") return `0${part.toString(8)}`;
            return bases[index] === "hex" ? `0x${part.toString(16)}` : String(part);
          })
          .join(".");
      });
    fc.assert(
      fc.property(spelled, (host) => {
        expect(() => pictureAddress(`http://${host}/`, new AllowList([]))).toThrow(ContractError);
      }),
      { numRuns: 2000 },
    );
  });

  it("whatever the text is, it is an address or an error of the contract", () => {
    const texts = fc.oneof(
      fc.string({ unit: "binary" }),
      fc.webUrl({ withQueryParameters: true, withFragments: true }),
      fc
        .tuple(fc.constantFrom("http:", "https:", "http://", "//"), fc.string())
        .map((parts) => parts.join("")),
    );
    fc.assert(
      fc.property(texts, (text) => {
        try {
          expect(pictureAddress(text, new AllowList([])).protocol).toMatch(/^https?:$/);
        } catch (error) {
          expect(error).toBeInstanceOf(ContractError);
        }
      }),
      { numRuns: 2000 },
    );
  });
});

describe("hosts of the operator", () => {
  it("are read although they are private", async () => {
    expect(await outcome("http://pictures.test:{port}/one.jpg")).toBe(
      `${photograph(1).length} bytes`,
    );
  });

  it("may be allowed by one port alone", async () => {
    const narrow = createImageFetcher({
      allow: [`pictures.test:${port}`, "loopback.test:1"],
      resolve: dns.resolve,
    });
    expect(await outcome("http://pictures.test:{port}/one.jpg", narrow)).toMatch(/bytes$/);
    expect(await outcome("http://loopback.test:{port}/one.jpg", narrow)).toBe("urlUnreachable");
    await narrow.close();
  });

  it("give no other host their trust, though it has the same address and an open connection", async () => {
    await outcome("http://pictures.test:{port}/one.jpg");
    heard = [];
    expect(await outcome("http://loopback.test:{port}/one.jpg")).toBe("urlUnreachable");
    expect(heard).toEqual([]);
  });
});

describe("downloads", () => {
  it.each([
    ["/hops/3", `${photograph(1).length} bytes`],
    ["/most", `${limits.pictureBytes.maximum} bytes`],
    ["/more", "imageTooBig"],
    ["/announced", "imageTooBig"],
    ["/endless", "imageTooBig"],
    ["/small", "imageTooSmall"],
    ["/empty", "imageTooSmall"],
    ["/missing", "urlUnreachable"],
    ["/part", "urlUnreachable"],
    ["/nowhere", "urlUnreachable"],
    ["/silent", "urlUnreachable"],
    ["/slow", "urlUnreachable"],
    ["/cut", "urlUnreachable"],
    ["/headers", "urlUnreachable"],
    ["/packed", "2000 bytes"],
  ])("%s: %s", async (path, wanted) => {
    const started = Date.now();
    expect(await outcome(`http://pictures.test:{port}${path}`)).toBe(wanted);
    expect(Date.now() - started).toBeLessThan(4000);
    // What buffers of the system hold comes on top of the limit.
    expect(bytesSent).toBeLessThan(4 * limits.pictureBytes.maximum);
  });

  it("end when the caller is gone", async () => {
    const controller = new AbortController();
    setTimeout(() => controller.abort(), 100);
    const started = Date.now();
    await expect(
      fetcher.fetch(at("http://pictures.test:{port}/silent"), controller.signal),
    ).rejects.toBeInstanceOf(ContractError);
    expect(Date.now() - started).toBeLessThan(1200);
  });

  it("leave no connection behind", async () => {
    await expect.poll(() => openSockets, { timeout: 5000 }).toBe(0);
  });
});

describe("the server", () => {
  it("detects by URL where the host is allowed, and refuses all when pictures by URL are off", async () => {
    const url = `http://127.0.0.1:${port}/one.jpg`;
    const open = await startTestServer({ urlAllow: ["127.0.0.1"] });
    const closed = await startTestServer({ urlAllow: ["127.0.0.1"], urlInput: false });
    const detect = async (endpoint: string) => {
      const response = await fetch(`${endpoint}/face/v1.2/detect?returnFaceId=false`, {
        method: "POST",
        headers: { "Ocp-Apim-Subscription-Key": key, "Content-Type": "application/json" },
        body: JSON.stringify({ url }),
      });
      return { status: response.status, body: (await response.json()) as unknown };
    };
    const answered = await detect(open.endpoint);
    expect(answered.status).toBe(200);
    expect(answered.body).toEqual(await open.client.detect(photograph(1), { returnFaceId: false }));
    heard = [];
    expect(await detect(closed.endpoint)).toMatchObject({
      status: 400,
      body: { error: { code: "InvalidURL" } },
    });
    expect(heard).toEqual([]);
    await open.close();
    await closed.close();
  });
});
