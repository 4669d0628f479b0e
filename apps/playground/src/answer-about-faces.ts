/** Questions about faces of pictures that lie on the page, which the server forgets in time. */
import { unlessForgotten } from "./face-set.js";
import type { Page } from "./view.js";

export interface Question<Answer> {
  /** What is said while it is answered. */
  readonly title: string;
  readonly ask: () => Promise<Answer>;
  /** Whether nothing else has been asked in its place. */
  readonly isNewest: () => boolean;
  /** Where the answer of before is shown. */
  readonly place: HTMLElement;
  /** Looks at the pictures once more and asks again; absent where that has been done. */
  readonly lookAgain: (() => Promise<void>) | undefined;
}

/** @returns undefined where there is no answer to show. */
export async function answerAboutFaces<Answer>(
  page: Page,
  { title, ask, isNewest, place, lookAgain }: Question<Answer>,
): Promise<Answer | undefined> {
  const answer = await page.busy(title, () =>
    lookAgain === undefined ? ask() : unlessForgotten(ask()),
  );
  if (!isNewest()) return undefined;
  if (answer !== undefined && answer !== "forgotten") return answer;
  // The answer of before is about other faces.
  place.replaceChildren();
  if (answer === "forgotten") await lookAgain?.();
  return undefined;
}
