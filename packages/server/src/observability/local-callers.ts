/** Which callers are on the machine of the server. */
import type { IncomingHttpHeaders } from "node:http";

/** What a request tells of where it comes from. */
interface Call {
  readonly headers: IncomingHttpHeaders;
  readonly socket: Partial<Record<"remoteAddress" | "localAddress", string | undefined>>;
}

/** Whether the caller is on this machine and nobody's proxy. */
export function isDirectAndLocal({ headers, socket }: Call): boolean {
  const forwarded = ["forwarded", "x-forwarded-for", "x-real-ip", "via"].some(
    (name) => headers[name] !== undefined,
  );
  const { remoteAddress = "", localAddress } = socket;
  // Who calls an address of this machine other than loopback comes from the same one.
  const isLocal = /^(?:::ffff:)?127\.|^::1$/.test(remoteAddress) || remoteAddress === localAddress;
  return !forwarded && isLocal;
}
