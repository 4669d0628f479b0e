/**
 * Names in strangers' URLs, asked of the DNS itself. The system's resolver has two places for the whole process, and who
 * waits in one cannot be sent away: a few names whose servers never answer would keep everybody's pictures, signing keys
 * and Redis nodes from being found for minutes.
 */
import { Resolver } from "node:dns/promises";
import { type FoundAddress, type ResolveName, systemResolve } from "./checked-lookup.js";

/** Together they take less than the time that a connection is given. */
const patience = { timeout: 1500, tries: 2 } as const;

/** @param servers default: those that the machine asks. */
export function dnsResolve(servers?: readonly string[]): ResolveName {
  return async (host) => {
    // Made anew for each name, because it reads the machine's list of servers only when it is made.
    const resolver = new Resolver(patience);
    if (servers !== undefined) resolver.setServers(servers);
    const [four, six] = await Promise.allSettled([
      resolver.resolve4(host),
      resolver.resolve6(host),
    ]);
    const found = [...addresses(four, 4), ...addresses(six, 6)];
    if (found.length === 0 && four.status === "rejected") throw four.reason;
    return found;
  };
}

function addresses(
  answer: PromiseSettledResult<readonly string[]>,
  family: number,
): readonly FoundAddress[] {
  return answer.status === "fulfilled" ? answer.value.map((address) => ({ address, family })) : [];
}

const resolveInDns = dnsResolve();

/** A name of one word, such as `localhost`, is none of the DNS and is looked up as the machine does. */
export const resolveForStrangers: ResolveName = (host) =>
  host.includes(".") ? resolveInDns(host) : systemResolve(host);
