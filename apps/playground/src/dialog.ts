import { hasFocus, returnFocus } from "./focus.js";

/** Takes a closed dialog away. The control that opened it, to which the browser gives the focus back, may be gone too. */
export function endDialog(dialog: HTMLDialogElement): void {
  dialog.remove();
  if (!hasFocus()) returnFocus();
}
