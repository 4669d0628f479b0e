/** Inputs that once were answered wrongly. They stay for good; `npm run fuzz -- --only <kind>:<seed>` sends one. */
export interface FoundInput {
  readonly kind: string;
  readonly seed: number;
  /** What was answered. */
  readonly was: string;
}

export const found: readonly FoundInput[] = [
  { kind: "url", seed: 2981058388, was: "a host of nothing but a dot went to the resolver" },
  { kind: "url", seed: 4020822946, was: "the same, with a path that looks like an address" },
  { kind: "url", seed: 4241261535, was: "a number with two dots behind it went to the resolver" },
];
