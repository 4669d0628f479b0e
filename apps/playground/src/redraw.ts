import { hasFocus, returnFocus } from "./focus.js";

/**
 * Puts new content into a place. Where a control in it had the focus, its counterpart has it now, or else the drop zone:
 * people who work by keyboard go on from where they were. What they have opened stays open.
 */
export function redraw(place: HTMLElement, ...content: readonly Node[]): void {
  const focused = place.contains(document.activeElement) ? document.activeElement : null;
  const rank = focused === null ? 0 : alike(place, nameOf(focused)).indexOf(focused as HTMLElement);
  const opened = new Set([...place.querySelectorAll("details[open] > summary")].map(nameOf));
  place.replaceChildren(...content);
  for (const summary of place.querySelectorAll("details > summary"))
    if (opened.has(nameOf(summary))) summary.parentElement!.setAttribute("open", "");
  if (focused === null) return;
  const counterparts = alike(place, nameOf(focused));
  const counterpart = counterparts[rank] ?? counterparts.at(-1);
  (counterpart ?? place.querySelector<HTMLElement>("[tabindex]"))?.focus({ preventScroll: true });
  if (!hasFocus()) returnFocus();
}

/** The controls of a place that are called the same. */
function alike(place: HTMLElement, name: string): HTMLElement[] {
  const controls = place.querySelectorAll<HTMLElement>("button, input, summary, [tabindex]");
  return [...controls].filter((control) => nameOf(control) === name);
}

function nameOf(control: Element): string {
  return control.getAttribute("name") ?? control.getAttribute("aria-label") ?? control.textContent;
}
