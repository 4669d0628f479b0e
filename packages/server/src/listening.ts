/** Where a server listens. */
import { createServer, type Server } from "node:net";
import type { FastifyInstance } from "fastify";
import { type ResolveName, systemResolve } from "./url-input/checked-lookup.js";

/** `localhost` is every address that this machine gives it, whichever of them a caller tries first. */
async function addressesOf(host: string, resolve: ResolveName): Promise<readonly string[]> {
  if (host !== "localhost") return [host];
  const found = await resolve(host).catch(() => []);
  return found.length === 0 ? ["127.0.0.1"] : [...new Set(found.map(({ address }) => address))];
}

/** Takes connections at another address; absent where it is taken, or the machine does not have it. */
function openBeside(app: FastifyInstance, host: string, port: number): Promise<Server | undefined> {
  // Handed to the one server, so that limits, certificates and the end are the same at every address.
  const door = createServer({ allowHalfOpen: true, noDelay: true }, (socket) =>
    app.server.emit("connection", socket),
  );
  door.maxConnections = app.server.maxConnections;
  return new Promise((resolve) => {
    door.once("error", () => resolve(undefined));
    door.listen({ host, port }, () => resolve(door));
  });
}

/** Fails as {@link listen} would, of a place that is taken or is none of this machine's; nothing listens afterwards. */
export async function tryListening(
  { host, port }: { readonly host: string; readonly port: number },
  resolve: ResolveName = systemResolve,
): Promise<void> {
  const [first] = await addressesOf(host, resolve);
  const probe = createServer();
  await new Promise<void>((opened, reject) => {
    probe.once("error", reject);
    probe.listen({ host: first!, port }, opened);
  });
  await new Promise((closed) => probe.close(closed));
}

/**
 * Fastify would open a server of its own for each further address of `localhost`, and that one would know nothing of
 * what was done to the first.
 * @param resolve default: the machine's resolver.
 */
export async function listen(
  app: FastifyInstance,
  { host, port }: { readonly host: string; readonly port: number },
  resolve: ResolveName = systemResolve,
): Promise<void> {
  const doors: Server[] = [];
  let closed: Promise<unknown> | undefined;
  app.addHook("preClose", (done) => {
    closed = Promise.all(doors.map((door) => new Promise((resolve) => door.close(resolve))));
    done();
  });
  // Fastify waits for the connections of its own address alone. Not in `preClose`, which it gives 10 seconds; and ahead of
  // what the calls still need, for what is added last is closed first.
  app.addHook("onClose", async () => {
    await closed;
  });
  const [first, ...others] = await addressesOf(host, resolve);
  await app.listen({ host: first!, port });
  const address = app.server.address();
  if (address === null || typeof address === "string") return;
  for (const other of others) {
    const door = await openBeside(app, other, address.port);
    if (door !== undefined) doors.push(door);
  }
}
