/** Where the focus goes when the control that has it goes away. */

/** What had the focus last, but for failures and dialogs, which come and go. */
let last: HTMLElement | undefined;

/** Begins to remember where people are. */
export function watchFocus(): void {
  document.addEventListener("focusin", ({ target }) => {
    if (target instanceof HTMLElement && target.closest("[role=alert], dialog") === null)
      last = target;
  });
}

/** Puts the focus, which nothing has, where it was last, or else to where the page's content begins. */
export function returnFocus(): void {
  last?.focus({ preventScroll: true });
  if (!hasFocus()) document.getElementById("content")?.focus({ preventScroll: true });
}

/** Whether anything has the focus. */
export function hasFocus(): boolean {
  return document.activeElement !== null && document.activeElement !== document.body;
}
