/**
 * Puts new content into a place. Where a control in it had the focus, its counterpart, of the same `name`, has it now, or
 * else the drop zone: people who work by keyboard go on from where they were.
 */
export function redraw(place: HTMLElement, ...content: readonly Node[]): void {
  const focused = place.contains(document.activeElement) ? document.activeElement : null;
  place.replaceChildren(...content);
  if (focused === null) return;
  const name = focused.getAttribute("name");
  const counterpart = place.querySelector<HTMLElement>(`[name="${name ?? ""}"]`);
  (counterpart ?? place.querySelector<HTMLElement>("[tabindex]"))?.focus({ preventScroll: true });
}
