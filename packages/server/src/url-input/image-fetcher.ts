/** Pictures by URL, without opening a way into the operator's network. */
import { ContractError } from "@mien/contract/errors";
import { limits } from "@mien/contract/limits";
import { Agent, type Dispatcher, request } from "undici";
import { CollectedBytes } from "../collected-bytes.js";
import { checkedLookup, type ResolveName, systemResolve } from "./checked-lookup.js";
import { AllowList, pictureAddress } from "./picture-address.js";
import { resolveForStrangers } from "./stranger-names.js";

/** What may be read, and how long it may take. */
export interface ImageFetcherOptions {
  /** Hosts, or host:port, lower case, whose addresses may be private. */
  readonly allow: readonly string[];
  /** Milliseconds for the whole download, redirects included; default {@link defaultFetchLimit}. */
  readonly timeLimit?: number;
  /** Default: the machine's resolver for allowed hosts, the DNS for all others. */
  readonly resolve?: ResolveName;
}

/** Reads pictures from URLs that callers name. */
export interface ImageFetcher {
  /**
   * The bytes of the file, within the contract's limits; they are not known to be a picture.
   * @throws ContractError `urlInvalid`, `urlUnreachable`, `imageTooSmall`, `imageTooBig`
   */
  fetch(url: string, signal?: AbortSignal): Promise<Uint8Array>;
  close(): Promise<void>;
}

/** {@link ImageFetcherOptions.timeLimit} where it is not set. */
export const defaultFetchLimit = 10_000;

/** Servers that have a picture in several formats choose by it: of `image/*` they choose WebP, which is not read. */
const readFormats = "image/jpeg, image/png, image/gif, image/bmp, */*;q=0.1";

const maximumRedirects = 3;
const redirectStatuses = new Set([301, 302, 303, 307, 308]);

/** Its connections live until it is closed. */
export function createImageFetcher(options: ImageFetcherOptions): ImageFetcher {
  const allowed = new AllowList(options.allow);
  // The operator's own hosts may be known to this machine alone.
  const resolverFor = (trusted: boolean): ResolveName =>
    options.resolve ?? (trusted ? systemResolve : resolveForStrangers);
  // Connections of one sort never serve the other: what was judged as trusted is judged again for everyone else.
  const agentFor = (trusted: boolean): Agent =>
    new Agent({
      connect: { lookup: checkedLookup(resolverFor(trusted), trusted), timeout: 5000 },
      maxHeaderSize: 16_384,
      keepAliveTimeout: 1000,
    });
  const agents = { trusted: agentFor(true), others: agentFor(false) };

  async function get(url: URL, signal: AbortSignal): Promise<Dispatcher.ResponseData> {
    return request(url, {
      dispatcher: allowed.has(url) ? agents.trusted : agents.others,
      signal,
      // Compressed content could unfold to any size, so none is asked for and none is unfolded.
      headers: { accept: readFormats, "accept-encoding": "identity", "user-agent": "mien" },
    });
  }

  async function follow(start: URL, signal: AbortSignal): Promise<Uint8Array> {
    let url = start;
    for (let hop = 0; hop <= maximumRedirects; hop++) {
      const { statusCode, headers, body } = await get(url, signal);
      if (statusCode === 200) return readBody(body, headers["content-length"]);
      // What else it says is of no interest, however long it is.
      body.on("error", () => undefined).destroy();
      const { location } = headers;
      if (!redirectStatuses.has(statusCode) || typeof location !== "string")
        throw new ContractError("urlUnreachable", { reason: `STATUS_${statusCode}` });
      url = redirectTarget(location, url);
    }
    throw new ContractError("urlUnreachable", { reason: "TOO_MANY_REDIRECTS" });
  }

  /** Judged as the first address was; a bad one is the server's fault, not the caller's spelling. */
  function redirectTarget(location: string, from: URL): URL {
    try {
      return pictureAddress(location, allowed, from);
    } catch (cause) {
      const reason = cause instanceof ContractError ? cause.details.reason : undefined;
      throw new ContractError("urlUnreachable", { cause, reason });
    }
  }

  return {
    async fetch(text, signal) {
      const url = pictureAddress(text, allowed);
      const timeout = AbortSignal.timeout(options.timeLimit ?? defaultFetchLimit);
      try {
        return await follow(
          url,
          signal === undefined ? timeout : AbortSignal.any([timeout, signal]),
        );
      } catch (error) {
        if (error instanceof ContractError) throw error;
        throw new ContractError("urlUnreachable", { cause: error, reason: reasonOf(error) });
      }
    },
    async close() {
      await Promise.all([agents.trusted.destroy(), agents.others.destroy()]);
    },
  };
}

/** The system's word for what went wrong, such as `ENOTFOUND`; never its sentence, which may hold the address. */
function reasonOf(error: unknown): string | undefined {
  const { name, code } = error as { name?: unknown; code?: unknown };
  if (name === "TimeoutError") return "TOOK_TOO_LONG";
  return typeof code === "string" && /^[A-Z][A-Z0-9_]{1,40}$/.test(code) ? code : undefined;
}

async function readBody(
  body: Dispatcher.ResponseData["body"],
  length: string | string[] | undefined,
): Promise<Uint8Array> {
  const { minimum, maximum } = limits.pictureBytes;
  const bytes = new CollectedBytes();
  // Leaving the loop early ends the connection.
  for await (const chunk of body as AsyncIterable<Buffer>) {
    bytes.add(chunk);
    if (bytes.length > maximum || Number(length ?? 0) > maximum)
      throw new ContractError("imageTooBig");
  }
  if (bytes.length < minimum) throw new ContractError("imageTooSmall");
  return new Uint8Array(bytes.all());
}
