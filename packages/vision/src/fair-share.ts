/** What one of several may hold of something that all share. */

/** For each part that stays free, one of them may hold so many. */
const partsForEachFree = 3;

/** What is held already, and of how much. */
export interface Holding {
  /** What the one who wants more holds. */
  readonly own: number;
  /** What all hold, he too. */
  readonly all: number;
  readonly limit: number;
}

/**
 * Whether one of several who holds something already wants too much: more than three times what would stay free. So one who
 * takes what he can gets three quarters, two get three sevenths each, and however many there are, something stays free for
 * whoever holds nothing yet. (Switches share their buffers so: Choudhury and Hahne, "Dynamic queue length thresholds", 1998.)
 */
export function exceedsShare({ own, all, limit }: Holding, more: number): boolean {
  return own > 0 && own + more > partsForEachFree * (limit - all - more);
}
