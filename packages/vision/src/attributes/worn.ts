/**
 * Whether something is on a head: likelier than not, before any rounding. All attributes that tell of the same thing ask
 * here, so none contradicts another.
 */
export function isWorn(share: number): boolean {
  return share >= 0.5;
}
