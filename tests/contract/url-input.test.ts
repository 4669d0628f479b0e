/** Pictures by URL with a real DNS and real HTTP servers on this machine: nothing that is not meant to be read is. */
import { readFileSync } from "node:fs";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { ContractError } from "@mien/contract/errors";
import { limits } from "@mien/contract/limits";
import { createImageFetcher, type ImageFetcher } from "@mien/server/url-input/image-fetcher";
import { AllowList, pictureAddress } from "@mien/server/url-input/picture-address";
import fc from "fast-check";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { hostileUrls } from "../../bench/security/src/hostile-urls.js";
import { hostileUrlsPage } from "../../bench/security/src/hostile-urls-page.js";
import { type HostileWorld, startHostileWorld } from "../../bench/security/src/hostile-world.js";
import { key, photograph, startTestServer } from "./server.js";

let fetcher: ImageFetcher;
/** Waits for longer than a test may take: what it answers has ended by itself. */
let patient: ImageFetcher;
let world: HostileWorld;
beforeAll(async () => {
  world = await startHostileWorld();
  fetcher = createImageFetcher({
    allow: ["pictures.test"],
    timeLimit: 1500,
    resolve: world.resolve,
  });
  patient = createImageFetcher({
    allow: ["pictures.test"],
    timeLimit: 3_600_000,
    resolve: world.resolve,
  });
});
afterAll(async () => {
  await fetcher.close();
  await patient.close();
  await world.close();
});
beforeEach(() => world.forget());

async function outcome(url: string, by: ImageFetcher = fetcher): Promise<string> {
  try {
    return `${(await by.fetch(world.at(url))).length} bytes`;
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
    expect(world.heard.filter((line) => !line.startsWith("pictures.test:"))).toEqual([]);
    expect(world.heard.length).toBeLessThanOrEqual(4);
  });

  it("are on the page that `npm run bench:urls` writes", async () => {
    const page = join(import.meta.dirname, "../../docs/hostile-urls.md");
    expect(readFileSync(page, "utf8")).toBe(await hostileUrlsPage(hostileUrls));
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

  it("are refused where they are so long that to read them takes seconds", async () => {
    const failure = await fetcher
      .fetch(`http://${"\u{20000}".repeat(85_000)}/`)
      .catch((error: unknown) => error);
    expect((failure as ContractError).details.reason).toBe("TOO_LONG");
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
      allow: [world.at("pictures.test:{port}"), "loopback.test:1"],
      resolve: world.resolve,
    });
    expect(await outcome("http://pictures.test:{port}/one.jpg", narrow)).toMatch(/bytes$/);
    expect(await outcome("http://loopback.test:{port}/one.jpg", narrow)).toBe("urlUnreachable");
    await narrow.close();
  });

  it("give no other host their trust, though it has the same address and an open connection", async () => {
    await outcome("http://pictures.test:{port}/one.jpg");
    world.forget();
    expect(await outcome("http://loopback.test:{port}/one.jpg")).toBe("urlUnreachable");
    expect(world.heard).toEqual([]);
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
    ["/cut", "urlUnreachable"],
    ["/headers", "urlUnreachable"],
    ["/packed", "2000 bytes"],
  ])("%s: %s", async (path, wanted) => {
    expect(await outcome(`http://pictures.test:{port}${path}`, patient)).toBe(wanted);
    // What buffers of the system hold comes on top of the limit.
    expect(world.bytesSent).toBeLessThan(4 * limits.pictureBytes.maximum);
  });

  it.each([
    ["http://pictures.test:{port}/missing", "STATUS_404"],
    ["http://pictures.test:{port}/hops/9", "TOO_MANY_REDIRECTS"],
    ["http://pictures.test:{port}/silent", "TOOK_TOO_LONG"],
    ["http://pictures.test:{port}/slow", "TOOK_TOO_LONG"],
    ["http://pictures.test:1/one.jpg", "ECONNREFUSED"],
    ["http://loopback.test:{port}/one.jpg", "ADDRESS_NOT_PUBLIC"],
    ["http://192.168.0.1/one.jpg", "ADDRESS_NOT_PUBLIC"],
    ["http://pictures.example:22/one.jpg", "PORT_NOT_READ_FROM"],
  ])("that fail tell the log why, in a word: %s: %s", async (url, reason) => {
    const failure = await fetcher.fetch(world.at(url)).catch((error: unknown) => error);
    expect(failure).toMatchObject({ details: { reason } });
  });

  it("ask for the formats that are read, before any other", async () => {
    const asked: (string | undefined)[] = [];
    const server = createServer((request, response) => {
      asked.push(request.headers.accept);
      response.end(photograph(1));
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    const own = createImageFetcher({ allow: ["127.0.0.1"] });
    await own.fetch(`http://127.0.0.1:${port}/`);
    await own.close();
    server.close();
    expect(asked).toEqual(["image/jpeg, image/png, image/gif, image/bmp, */*;q=0.1"]);
  });

  it("end when the caller is gone", async () => {
    const controller = new AbortController();
    setTimeout(() => controller.abort(), 100);
    await expect(
      patient.fetch(world.at("http://pictures.test:{port}/silent"), controller.signal),
    ).rejects.toBeInstanceOf(ContractError);
  });

  it("end when the caller is gone before there is a connection", async () => {
    const own = createImageFetcher({
      allow: ["late.test"],
      resolve: () => new Promise(() => undefined),
    });
    const gone = AbortSignal.timeout(100);
    const picture = own.fetch("http://late.test/", gone);
    // Connections are waited for longer than that.
    const waited = new Promise((resolve) => setTimeout(() => resolve("waited"), 3000));
    const failed = picture.catch((error: unknown) => (error as ContractError).key);
    expect(await Promise.race([failed, waited])).toBe("urlUnreachable");
    await own.close();
  });

  it.each([
    ["/one.jpg", [photograph(1).length, photograph(1).length]],
    ["/hops/3", [photograph(1).length, photograph(1).length]],
    ["/announced", []],
    ["/small", [expect.any(Number), expect.any(Number)]],
    // Nothing says how long it is.
    ["/endless", [limits.pictureBytes.maximum]],
  ])("tell how much memory they may take, and do: %s", async (path, wanted) => {
    const held: number[] = [];
    await fetcher
      .fetch(world.at(`http://pictures.test:{port}${path}`), undefined, (bytes) => held.push(bytes))
      .catch(() => undefined);
    expect(held).toEqual(wanted);
  });

  it("are not read where there is no room", async () => {
    const failure = fetcher.fetch(
      world.at("http://pictures.test:{port}/endless"),
      undefined,
      () => {
        throw new ContractError("overloaded");
      },
    );
    await expect(failure).rejects.toMatchObject({ key: "overloaded" });
    // No more than what the system's buffers hold.
    expect(world.bytesSent).toBeLessThan(limits.pictureBytes.maximum);
  });

  it("leave no connection behind", async () => {
    await expect.poll(() => world.openSockets).toBe(0);
  });

  describe("by a server that keeps connections", () => {
    const server = createServer((_request, response) => {
      response.setHeader("Keep-Alive", "timeout=600");
      response.end(photograph(1));
    });
    server.keepAliveTimeout = 0;
    const open = () =>
      new Promise<number>((resolve) => server.getConnections((_error, count) => resolve(count)));
    let port: number;
    beforeAll(async () => {
      await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
      ({ port } = server.address() as AddressInfo);
    });
    afterAll(() => {
      server.closeAllConnections();
      server.close();
    });

    it("end with the picture", async () => {
      const own = createImageFetcher({ allow: ["127.0.0.1"], timeLimit: 3_600_000 });
      await own.fetch(`http://127.0.0.1:${port}/`);
      await expect.poll(open).toBe(0);
      await own.close();
    });
  });
});

describe("the server", () => {
  it("detects by URL where the host is allowed, and refuses all when pictures by URL are off", async () => {
    const url = world.at("http://127.0.0.1:{port}/one.jpg");
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
    world.forget();
    expect(await detect(closed.endpoint)).toMatchObject({
      status: 400,
      body: { error: { code: "InvalidURL" } },
    });
    expect(world.heard).toEqual([]);
    await open.close();
    await closed.close();
  });

  it("reads no more pictures at once than it has memory for bodies, and leaves some to another tenant", async () => {
    const reading = new Set<ServerResponse>();
    const host = createServer((_request, response) => {
      response.writeHead(200, { "Content-Length": limits.pictureBytes.maximum });
      response.write("a");
      reading.add(response);
      response.once("close", () => reading.delete(response));
    });
    await new Promise<void>((resolve) => host.listen(0, "127.0.0.1", resolve));
    const url = `http://127.0.0.1:${(host.address() as AddressInfo).port}/`;
    const server = await startTestServer({ urlAllow: ["127.0.0.1"], queueLimit: 1000 });
    const asks = 100;
    let refused = 0;
    const calls = Array.from({ length: asks }, () =>
      server.client.detectFromUrl({ url }).catch((error: unknown) => {
        const { statusCode } = error as { statusCode?: number };
        if (statusCode === 503) refused++;
        return statusCode;
      }),
    );
    await expect.poll(() => refused + reading.size).toBe(asks);
    expect(refused).toBeGreaterThan(0);
    expect(await server.stranger.detect(photograph(1), { returnFaceId: false })).toHaveLength(3);
    // They end, and with them what they held.
    host.closeAllConnections();
    host.close();
    expect(new Set(await Promise.all(calls))).toEqual(new Set([400, 503]));
    const one = world.at("http://127.0.0.1:{port}/one.jpg");
    expect(await server.client.detectFromUrl({ url: one }, { returnFaceId: false })).toHaveLength(
      3,
    );
    await server.close();
  }, 120_000);
});
