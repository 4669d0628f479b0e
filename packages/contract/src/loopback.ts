/** This very machine: what is sent to it, nobody in between can read or change. */

/**
 * Whether the host of a URL is this machine.
 * @param hostname as `URL` tells it: in lower case, an address in its usual spelling, one of IPv6 in brackets.
 */
export function isLoopback(hostname: string): boolean {
  return hostname === "localhost" || hostname === "[::1]" || /^127(\.\d{1,3}){3}$/.test(hostname);
}
