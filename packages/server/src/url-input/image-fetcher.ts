/** Pictures by URL, without opening a way into the operator's network. */
import { ContractError } from "@mien/contract/errors";
import { limits } from "@mien/contract/limits";
import { type Dispatcher, request } from "undici";
import { CollectedBytes } from "../collected-bytes.js";
import { type ResolveName, systemResolve } from "./checked-lookup.js";
import { AllowList, pictureAddress } from "./picture-address.js";
import { PictureConnections } from "./picture-connections.js";
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

/** Says how many bytes a picture has, or may have: once more when it is known better. */
export type HoldBytes = (bytes: number) => void;

/** Reads pictures from URLs that callers name. */
export interface ImageFetcher {
  /**
   * The bytes of the file, within the contract's limits; they are not known to be a picture.
   * @param hold is told how many bytes it may have before they are read, and how many it has afterwards; if it throws,
   * nothing is read.
   * @throws ContractError `urlInvalid`, `urlUnreachable`, `imageTooSmall`, `imageTooBig`; whatever `hold` throws
   */
  fetch(url: string, signal?: AbortSignal, hold?: HoldBytes): Promise<Uint8Array>;
  close(): Promise<void>;
}

/** {@link ImageFetcherOptions.timeLimit} where it is not set. */
export const defaultFetchLimit = 10_000;

/** Servers that have a picture in several formats choose by it: of `image/*` they choose WebP, which is not read. */
const readFormats = "image/jpeg, image/png, image/gif, image/bmp, */*;q=0.1";

const redirectStatuses = new Set([301, 302, 303, 307, 308]);

/** Reads each picture over connections of its own. */
export function createImageFetcher(options: ImageFetcherOptions): ImageFetcher {
  const allowed = new AllowList(options.allow);
  // The operator's own hosts may be known to this machine alone.
  const resolverFor = (trusted: boolean): ResolveName =>
    options.resolve ?? (trusted ? systemResolve : resolveForStrangers);
  const reading = new Set<PictureConnections>();

  async function get(
    url: URL,
    connections: PictureConnections,
    signal: AbortSignal,
  ): Promise<Dispatcher.ResponseData> {
    return request(url, {
      dispatcher: connections.to(allowed.has(url)),
      signal,
      // Compressed content could unfold to any size, so none is asked for and none is unfolded.
      headers: { accept: readFormats, "accept-encoding": "identity", "user-agent": "mien" },
    });
  }

  async function follow(
    start: URL,
    connections: PictureConnections,
    signal: AbortSignal,
    hold: HoldBytes,
  ): Promise<Uint8Array> {
    let url = start;
    for (let hop = 0; hop <= limits.redirects; hop++) {
      const { statusCode, headers, body } = await get(url, connections, signal);
      if (statusCode === 200) return readBody(body, headers["content-length"], hold);
      // What else it says is of no interest, however long it is.
      letGo(body);
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
    async fetch(text, signal, hold = () => undefined) {
      const url = pictureAddress(text, allowed);
      const timeout = AbortSignal.timeout(options.timeLimit ?? defaultFetchLimit);
      const stop = signal === undefined ? timeout : AbortSignal.any([timeout, signal]);
      const connections = new PictureConnections(resolverFor);
      reading.add(connections);
      // A request does not hear of it before it has a connection.
      stop.addEventListener("abort", () => void connections.end(), { once: true });
      try {
        return await follow(url, connections, stop, hold);
      } catch (error) {
        if (error instanceof ContractError) throw error;
        const cause: unknown = stop.aborted ? stop.reason : error;
        throw new ContractError("urlUnreachable", { cause, reason: reasonOf(cause) });
      } finally {
        reading.delete(connections);
        await connections.end();
      }
    },
    async close() {
      await Promise.all([...reading].map((connections) => connections.end()));
    },
  };
}

/** The system's word for what went wrong, such as `ENOTFOUND`; never its sentence, which may hold the address. */
function reasonOf(error: unknown): string | undefined {
  const { name, code } = error as { name?: unknown; code?: unknown };
  if (name === "TimeoutError") return "TOOK_TOO_LONG";
  return typeof code === "string" && /^[A-Z][A-Z0-9_]{1,40}$/.test(code) ? code : undefined;
}

type Body = Dispatcher.ResponseData["body"];

function letGo(body: Body): void {
  body.on("error", () => undefined).destroy();
}

async function readBody(
  body: Body,
  length: string | string[] | undefined,
  hold: HoldBytes,
): Promise<Uint8Array> {
  const { minimum, maximum } = limits.pictureBytes;
  const announced = length === undefined ? maximum : Number(length);
  try {
    if (announced > maximum) throw new ContractError("imageTooBig");
    hold(announced);
  } catch (error) {
    letGo(body);
    throw error;
  }
  const bytes = new CollectedBytes();
  // Leaving the loop early ends the connection.
  for await (const chunk of body as AsyncIterable<Buffer>) {
    bytes.add(chunk);
    if (bytes.length > maximum) throw new ContractError("imageTooBig");
  }
  hold(bytes.length);
  if (bytes.length < minimum) throw new ContractError("imageTooSmall");
  return new Uint8Array(bytes.all());
}
