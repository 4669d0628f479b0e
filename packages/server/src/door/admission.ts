/**
 * How many calls may be at work or wait at once. Judged before a body is read, so that overload costs neither memory
 * nor patience: who comes too late is told so at once.
 */
import { ContractError } from "@mien/contract/errors";

/** Where there are several tenants, this part of the places is out of reach of any one of them. */
const keptForOthers = 1 / 4;

/** Counts the calls that are at work or waiting. */
export class Admission {
  #inside = 0;
  readonly #insideByTenant = new Map<string, number>();

  /** @param shared whether there may be several tenants now: then none can shut the others out by calls that never end. */
  constructor(
    private readonly limit: number,
    private readonly shared: () => boolean,
  ) {}

  /** Lets one call in. @returns what it calls when it is done; more than once does no harm. @throws ContractError `overloaded` */
  enter(tenant: string): () => void {
    const own = this.#insideByTenant.get(tenant) ?? 0;
    if (this.#inside >= this.limit || own >= this.#share())
      throw new ContractError("overloaded", { retryAfterSeconds: 1 });
    this.#count(tenant, 1);
    let left = false;
    return () => {
      if (left) return;
      left = true;
      this.#count(tenant, -1);
    };
  }

  #share(): number {
    if (!this.shared()) return this.limit;
    return Math.max(1, Math.floor(this.limit * (1 - keptForOthers)));
  }

  #count(tenant: string, calls: number): void {
    this.#inside += calls;
    const own = (this.#insideByTenant.get(tenant) ?? 0) + calls;
    if (own === 0) this.#insideByTenant.delete(tenant);
    else this.#insideByTenant.set(tenant, own);
  }
}
