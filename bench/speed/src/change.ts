/** One change for speed and what it replaced, or was to replace. */

export interface Pair {
  readonly before: () => Promise<unknown>;
  readonly after: () => Promise<unknown>;
  /** Ends what the pair has started. */
  readonly close?: () => Promise<void>;
}

export interface Change {
  readonly change: string;
  readonly before: string;
  readonly after: string;
  /** Whether Mien is made so now. */
  readonly kept: boolean;
  readonly prepare: () => Promise<Pair>;
  /** Absent: 25. */
  readonly rounds?: number;
}
