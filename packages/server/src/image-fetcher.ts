/** Pictures by URL, without opening a way into the operator's network. */
import { lookup } from "node:dns";
import type { LookupFunction } from "node:net";
import { ContractError } from "@mien/contract/errors";
import { limits } from "@mien/contract/limits";
import ipaddr from "ipaddr.js";
import { Agent, request } from "undici";

export interface ImageFetcherOptions {
  /** Hosts, lower case, whose addresses may be private. */
  readonly allow: readonly string[];
  /** Milliseconds for the whole download; default 10,000. */
  readonly timeLimit?: number;
}

export interface ImageFetcher {
  /** @throws ContractError `urlInvalid`, `urlUnreachable`, `imageTooSmall`, `imageTooBig` */
  fetch(url: string, signal?: AbortSignal): Promise<Uint8Array>;
  close(): Promise<void>;
}

const maximumRedirects = 3;
const redirectStatuses = new Set([301, 302, 303, 307, 308]);

/** Whether an address belongs to the public internet: not loopback, private, link-local, CGNAT, multicast, reserved. */
export function isPublicAddress(address: string): boolean {
  if (!ipaddr.isValid(address)) return false;
  // An IPv4 address in IPv6 clothes is judged as what it is.
  const parsed = ipaddr.process(address);
  return parsed.range() === "unicast";
}

function parseUrl(text: string, base?: URL): URL {
  let url: URL;
  try {
    url = new URL(text, base);
  } catch (cause) {
    throw new ContractError("urlInvalid", { cause });
  }
  if (url.protocol !== "http:" && url.protocol !== "https:") throw new ContractError("urlInvalid");
  if (url.username !== "" || url.password !== "") throw new ContractError("urlInvalid");
  return url;
}

export function createImageFetcher(options: ImageFetcherOptions): ImageFetcher {
  const allowed = (host: string): boolean => options.allow.includes(host.toLowerCase());

  // The connection goes to the very addresses that were checked: a second DNS answer has no say.
  const checkedLookup: LookupFunction = (host, lookupOptions, callback) => {
    lookup(host, { ...lookupOptions, all: true }, (error, addresses) => {
      if (error !== null) {
        callback(error, "", 0);
        return;
      }
      const usable = allowed(host)
        ? addresses
        : addresses.filter(({ address }) => isPublicAddress(address));
      const [first] = usable;
      if (first === undefined || usable.length < addresses.length)
        callback(new Error("the host has an address that is not public"), "", 0);
      else if (lookupOptions.all === true) callback(null, usable);
      else callback(null, first.address, first.family);
    });
  };
  const agent = new Agent({
    connect: { lookup: checkedLookup, timeout: 5000 },
    maxHeaderSize: 16_384,
  });

  /** Literal addresses are connected to without a look-up. The URL parser has normalised every spelling of them. */
  function checkLiteral(url: URL): void {
    const host = url.hostname.replace(/^\[|\]$/g, "");
    if (ipaddr.isValid(host) && !allowed(url.hostname) && !isPublicAddress(host))
      throw new ContractError("urlInvalid");
  }

  async function follow(start: URL, signal: AbortSignal): Promise<Uint8Array> {
    let url = start;
    for (let hop = 0; hop <= maximumRedirects; hop++) {
      checkLiteral(url);
      const response = await request(url, {
        dispatcher: agent,
        signal,
        headers: { accept: "image/*" },
      });
      const location = response.headers["location"];
      if (redirectStatuses.has(response.statusCode) && typeof location === "string") {
        await response.body.dump();
        url = parseUrl(location, url);
        continue;
      }
      if (response.statusCode !== 200) {
        await response.body.dump();
        throw new ContractError("urlUnreachable");
      }
      return readBody(response.body);
    }
    throw new ContractError("urlUnreachable");
  }

  return {
    async fetch(text, signal) {
      const url = parseUrl(text);
      const timeout = AbortSignal.timeout(options.timeLimit ?? 10_000);
      try {
        return await follow(
          url,
          signal === undefined ? timeout : AbortSignal.any([timeout, signal]),
        );
      } catch (error) {
        if (error instanceof ContractError) throw error;
        throw new ContractError("urlUnreachable", { cause: error });
      }
    },
    async close() {
      await agent.close();
    },
  };
}

async function readBody(body: AsyncIterable<Buffer>): Promise<Uint8Array> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of body) {
    bytes += chunk.length;
    if (bytes > limits.pictureBytes.maximum) throw new ContractError("imageTooBig");
    chunks.push(chunk);
  }
  if (bytes < limits.pictureBytes.minimum) throw new ContractError("imageTooSmall");
  return Uint8Array.from(Buffer.concat(chunks));
}
