/** What a caller's URL may look like, before any name is looked up. */
import { ContractError } from "@mien/contract/errors";
import ipaddr from "ipaddr.js";
import { addressNotPublic } from "./checked-lookup.js";
import { isPublicAddress } from "./public-address.js";

/** Ports above 1023 on which other protocols listen that could take an HTTP request for theirs; after the Fetch standard. */
const foreignPorts: readonly number[] = [
  1719, 1720, 1723, 2049, 3659, 4045, 4190, 5060, 5061, 6000, 6566, 6665, 6666, 6667, 6668, 6669,
  6679, 6697, 10080,
];

function portOf(url: URL): number {
  if (url.port !== "") return Number(url.port);
  return url.protocol === "https:" ? 443 : 80;
}

/** Hosts, or host:port, that the operator trusts although their addresses are private. */
export class AllowList {
  readonly #entries: ReadonlySet<string>;

  constructor(entries: readonly string[]) {
    this.#entries = new Set(entries.map((entry) => entry.toLowerCase()));
  }

  has(url: URL): boolean {
    return this.#entries.has(url.hostname) || this.#entries.has(`${url.hostname}:${portOf(url)}`);
  }
}

/** Longer ones name no picture, and names of hosts take the parser a time that grows with the square of their length. */
const longestAddress = 8192;

/**
 * The URL parser has already turned every spelling of an address, decimal, octal, hexadecimal, shortened, in wide
 * digits, into its plain one.
 * @param base of a redirect.
 * @throws ContractError `urlInvalid`
 */
export function pictureAddress(text: string, allowed: AllowList, base?: URL): URL {
  if (text.length > longestAddress) throw new ContractError("urlInvalid", { reason: "TOO_LONG" });
  let url: URL;
  try {
    url = new URL(text, base);
  } catch (cause) {
    throw new ContractError("urlInvalid", { cause });
  }
  if (url.protocol !== "http:" && url.protocol !== "https:") throw new ContractError("urlInvalid");
  if (url.username !== "" || url.password !== "") throw new ContractError("urlInvalid");
  // The root of all names, and names with an empty part, that a resolver might read as it likes.
  if (/^\.|\.\./.test(url.hostname)) throw new ContractError("urlInvalid");
  if (allowed.has(url)) return url;
  const port = portOf(url);
  if ((port < 1024 && port !== 80 && port !== 443) || foreignPorts.includes(port))
    throw new ContractError("urlInvalid", { reason: "PORT_NOT_READ_FROM" });
  const literal = url.hostname.replace(/^\[|\]$/g, "");
  if (ipaddr.isValid(literal) && !isPublicAddress(literal))
    throw new ContractError("urlInvalid", { reason: addressNotPublic });
  return url;
}
