import type { AccessToken, GetTokenOptions, TokenCredential } from "@azure/core-auth";
import { unlessAborted, type WaitLimits } from "./unless-aborted.js";

/** Milliseconds before its end from which a token is used, but another one is asked for. */
const refreshWindow = 120_000;
/** With so many milliseconds left, a token may have ended when it arrives. */
const lastMoment = 1000;
/** Milliseconds after a failure in which nothing is asked for ahead of time. */
const retryInterval = 3000;

/** Milliseconds after which one call that gives a refresh up does so for those that come later. */
const patience = 1000;

/** What a call says about its token. */
export interface TokenCall extends WaitLimits {
  readonly tracingOptions?: GetTokenOptions["tracingOptions"];
  /** What the service asks of a token beyond the one it was sent, which it refused. */
  readonly claims?: string | undefined;
}

interface Refresh {
  readonly token: Promise<AccessToken>;
  readonly claims: string | undefined;
  /** When it began, by `performance.now()`. */
  readonly since: number;
  /** Calls that can do nothing without it. */
  waiting: number;
}

/**
 * The token that all calls of a client share. It is asked for on behalf of all of them: no call's signal ends it, and each
 * stops waiting for it as its own limits say. Azure's cycler gives the first call's signal to a refresh that all wait for,
 * and has no handler for the failure of one that none waits for, which ends the process.
 */
export class TokenCache {
  readonly #credential: TokenCredential;
  readonly #scopes: readonly string[];
  #token: AccessToken | undefined;
  #refresh: Refresh | undefined;
  /** Tokens that were asked for before the last refusal are as good as refused. */
  #refusals = 0;
  #quietUntil = 0;

  constructor(credential: TokenCredential, scopes: readonly string[]) {
    this.#credential = credential;
    this.#scopes = scopes;
  }

  /** @throws AbortError, and what the credential throws. */
  async get(call: TokenCall): Promise<AccessToken> {
    const { claims } = call;
    if (claims !== undefined) this.#refuse(claims);
    const now = Date.now();
    const token = this.#token;
    if (token === undefined || token.expiresOnTimestamp - lastMoment < now) {
      return this.#wait(this.#refresh ?? this.#begin(call), call);
    }
    const refreshFrom = Math.min(
      token.refreshAfterTimestamp ?? Infinity,
      token.expiresOnTimestamp - refreshWindow,
    );
    if (refreshFrom < now && this.#quietUntil <= now && !this.#refresh) this.#begin(call);
    return token;
  }

  #refuse(claims: string): void {
    this.#token = undefined;
    // Other calls were refused with the same token for the same reason.
    if (this.#refresh?.claims === claims) return;
    this.#refresh = undefined;
    this.#refusals += 1;
  }

  #begin({ claims, tracingOptions }: TokenCall): Refresh {
    const refusals = this.#refusals;
    const refresh: Refresh = {
      token: this.#ask({
        enableCae: true,
        ...(claims === undefined ? {} : { claims }),
        ...(tracingOptions === undefined ? {} : { tracingOptions }),
      }),
      claims,
      since: performance.now(),
      waiting: 0,
    };
    this.#refresh = refresh;
    // Both at once, and before anybody who waits hears of it: who calls again at once must not find this refresh.
    void refresh.token.then(
      (token) => {
        this.#drop(refresh);
        // Also when nobody waits any more: where tokens take longer than the calls may, the next call has one.
        if (refusals === this.#refusals) this.#token = token;
      },
      () => {
        this.#drop(refresh);
        this.#quietUntil = Date.now() + retryInterval;
      },
    );
    return refresh;
  }

  async #ask(options: GetTokenOptions): Promise<AccessToken> {
    const token = await this.#credential.getToken([...this.#scopes], options);
    if (token === null) throw new Error("the credential returned no token");
    return token;
  }

  async #wait(refresh: Refresh, call: TokenCall): Promise<AccessToken> {
    refresh.waiting += 1;
    try {
      return await unlessAborted(refresh.token, call);
    } finally {
      refresh.waiting -= 1;
      // It may never end: the next call asks again, also where there is always one that waits.
      const isOld = performance.now() - refresh.since > patience;
      if (refresh.waiting === 0 || isOld) this.#drop(refresh);
    }
  }

  #drop(refresh: Refresh): void {
    if (this.#refresh === refresh) this.#refresh = undefined;
  }
}
