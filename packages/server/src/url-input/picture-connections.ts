import { Socket } from "node:net";
import { Agent, buildConnector } from "undici";
import { checkedLookup, type ResolveName } from "./checked-lookup.js";

/** Milliseconds in which a server must take a connection. */
const connectLimit = 5000;

/**
 * The connections that one picture is read over. Nothing of them outlives it: whoever names servers could otherwise fill the
 * process with connections that a server keeps for as long as it likes, or never takes.
 */
export class PictureConnections {
  readonly #agents = new Map<boolean, Agent>();
  readonly #sockets = new Set<Socket>();

  /** @param resolverFor names of trusted hosts, and those of all others. */
  constructor(private readonly resolverFor: (trusted: boolean) => ResolveName) {}

  /** Connections of one sort never serve the other: what was judged as trusted is judged again for everyone else. */
  to(trusted: boolean): Agent {
    const known = this.#agents.get(trusted);
    if (known !== undefined) return known;
    const connect = buildConnector({
      lookup: checkedLookup(this.resolverFor(trusted), trusted),
      timeout: connectLimit,
    });
    const agent = new Agent({
      connect: (options, callback) => {
        // Its types keep silent about what it returns: the socket, before it is connected.
        const socket: unknown = connect(options, callback);
        if (!(socket instanceof Socket)) throw new TypeError("undici told no socket");
        this.#sockets.add(socket);
        socket.once("close", () => this.#sockets.delete(socket));
      },
      maxHeaderSize: 16_384,
    });
    this.#agents.set(trusted, agent);
    return agent;
  }

  async end(): Promise<void> {
    // Agents would wait for those that are not connected yet.
    for (const socket of this.#sockets) socket.destroy(new Error("the picture is not read on"));
    await Promise.all([...this.#agents.values()].map((agent) => agent.destroy()));
  }
}
