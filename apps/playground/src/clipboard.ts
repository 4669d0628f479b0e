/** The clipboard, which browsers lend to scripts of pages over TLS or from this machine only. */

/** `navigator.clipboard` as it is: absent on other pages, whatever its type says. */
function lentClipboard(): Clipboard | undefined {
  return (navigator as { readonly clipboard?: Clipboard }).clipboard;
}

/**
 * Copies an element's text, and selects it where the browser does not copy: a key does then.
 * @returns whether it was copied.
 */
export async function copyTextOf(element: HTMLElement): Promise<boolean> {
  const clipboard = lentClipboard();
  if (clipboard !== undefined) {
    try {
      await clipboard.writeText(element.textContent);
      return true;
    } catch {
      // Not allowed: what is selected may be copied all the same.
    }
  }
  const selection = getSelection();
  selection?.selectAllChildren(element);
  // Out of date, and the only way there is on such a page.
  // eslint-disable-next-line @typescript-eslint/no-deprecated
  if (!document.execCommand("copy")) return false;
  selection?.removeAllRanges();
  return true;
}

/** @throws Error with words for people, where there is no picture or the browser gives none. */
export async function picturesInClipboard(): Promise<File[]> {
  const clipboard = lentClipboard();
  if (clipboard === undefined)
    throw new Error(
      "The browser lets only pages served over TLS or from this machine look into the clipboard: press Ctrl-V instead.",
    );
  const files: File[] = [];
  for (const item of await clipboard.read()) {
    const type = item.types.find((candidate) => candidate.startsWith("image/"));
    if (type !== undefined)
      files.push(new File([await item.getType(type)], "pasted picture", { type }));
  }
  if (files.length === 0) throw new Error("There is no picture in the clipboard.");
  return files;
}
