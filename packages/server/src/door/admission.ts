/**
 * How many calls may be at work or wait at once, and how large their bodies may be together. Judged before a body is read,
 * so that overload costs neither memory nor patience: who comes too late is told so at once.
 */
import { ContractError } from "@mien/contract/errors";
import { exceedsShare } from "@mien/service/fair-share";

/** Bytes of bodies that may be held at once, where nothing else is said: more than 64 pictures of the largest size. */
const defaultBytes = 512_000_000;

/** What one call, or all calls of a tenant, hold. */
interface Held {
  calls: number;
  bytes: number;
}

/** The place of a call that was let in. */
export interface Place {
  /** Says how many bytes its body has, or may have: once more when it is known better. @throws ContractError `overloaded` */
  readonly hold: (bytes: number) => void;
  /** It is done; more than once does no harm. */
  readonly leave: () => void;
}

/** Counts the calls that are at work or waiting, and the bytes of their bodies. */
export class Admission {
  readonly #held: Held = { calls: 0, bytes: 0 };
  readonly #heldByTenant = new Map<string, Held>();

  /** @param shared whether there may be several tenants now: then no few of them can shut another out by calls that never end. */
  constructor(
    private readonly limit: number,
    private readonly shared: () => boolean,
    private readonly bytes = defaultBytes,
  ) {}

  /** Lets one call in. @throws ContractError `overloaded` */
  enter(tenant: string): Place {
    this.#take(tenant, "calls", 1, this.limit);
    const own: Held = { calls: 1, bytes: 0 };
    return {
      hold: (bytes) => {
        if (own.calls === 0) return;
        const more = bytes - own.bytes;
        if (more > 0) this.#take(tenant, "bytes", more, this.bytes);
        else this.#count(tenant, { calls: 0, bytes: more });
        own.bytes = bytes;
      },
      leave: () => {
        this.#count(tenant, { calls: -own.calls, bytes: -own.bytes });
        own.calls = own.bytes = 0;
      },
    };
  }

  #take(tenant: string, what: keyof Held, more: number, limit: number): void {
    const own = this.#heldByTenant.get(tenant)?.[what] ?? 0;
    const all = this.#held[what];
    if (all + more > limit || (this.shared() && exceedsShare({ own, all, limit }, more)))
      throw new ContractError("overloaded", { retryAfterSeconds: 1 });
    this.#count(tenant, { calls: 0, bytes: 0, [what]: more });
  }

  #count(tenant: string, { calls, bytes }: Held): void {
    const own = this.#heldByTenant.get(tenant) ?? { calls: 0, bytes: 0 };
    for (const held of [this.#held, own]) {
      held.calls += calls;
      held.bytes += bytes;
    }
    if (own.calls === 0) this.#heldByTenant.delete(tenant);
    else this.#heldByTenant.set(tenant, own);
  }
}
