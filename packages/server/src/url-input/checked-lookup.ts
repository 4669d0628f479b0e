/** Names become addresses once, and the connection goes to the very addresses that were judged. */
import { lookup } from "node:dns/promises";
import type { LookupFunction } from "node:net";
import { isPublicAddress } from "./public-address.js";

/** An address as `node:dns` gives it; `family` is 4 or 6. */
export interface FoundAddress {
  readonly address: string;
  readonly family: number;
}

/** Asks the machine's resolver or another. */
export type ResolveName = (host: string) => Promise<readonly FoundAddress[]>;

/** As this machine resolves names, its `hosts` file included. */
export const systemResolve: ResolveName = (host) => lookup(host, { all: true });

/** The reason that the log gives: `MIEN_URL_ALLOW` is what an operator may want. */
export const addressNotPublic = "ADDRESS_NOT_PUBLIC";

/** One address that is not public spoils all: who answers so is not to be trusted with the others. */
function usableAddresses(
  found: readonly FoundAddress[],
  trusted: boolean,
): readonly FoundAddress[] {
  if (found.length === 0) throw new Error("the host has no address");
  if (!trusted && !found.every(({ address }) => isPublicAddress(address)))
    throw Object.assign(new Error("the host has an address that is not public"), {
      code: addressNotPublic,
    });
  return found;
}

/** @param trusted whether the operator allows private addresses here. */
export function checkedLookup(resolve: ResolveName, trusted: boolean): LookupFunction {
  return (host, options, callback) => {
    resolve(host)
      .then((found) => usableAddresses(found, trusted))
      .then(
        (usable) => {
          if (options.all === true) callback(null, [...usable]);
          else callback(null, usable[0]!.address, usable[0]!.family);
        },
        (error: unknown) => callback(error as Error, "", 0),
      );
  };
}
