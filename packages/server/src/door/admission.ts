/**
 * How many calls may be at work or wait at once. Judged before a body is read, so that overload costs neither memory
 * nor patience: who comes too late is told so at once.
 */
import { ContractError } from "@mien/contract/errors";

export class Admission {
  #inside = 0;

  constructor(private readonly limit: number) {}

  /** How many are inside now. */
  get inside(): number {
    return this.#inside;
  }

  /** Lets one call in. @returns what it calls when it is done; more than once does no harm. @throws ContractError `overloaded` */
  enter(): () => void {
    if (this.#inside >= this.limit) throw new ContractError("overloaded", { retryAfterSeconds: 1 });
    this.#inside++;
    let left = false;
    return () => {
      if (left) return;
      left = true;
      this.#inside--;
    };
  }
}
