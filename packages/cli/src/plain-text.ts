/** Text as a terminal can be given it, whoever wrote it. */

const escaped = (character: string): string =>
  `\\x${character.charCodeAt(0).toString(16).padStart(2, "0")}`;

/**
 * Writes control characters as `\x1b`, ends of lines too: in the name of a file they would move a terminal's cursor, change
 * its title or write lines of their own.
 */
export function plainText(text: string): string {
  return text.replaceAll(/\p{Cc}/gu, escaped);
}

/** The same for whole output, with the ends of its lines and the colours that `coloursFor` gives. */
export function plainLines(text: string): string {
  // eslint-disable-next-line no-control-regex -- colours begin with one.
  return text.replaceAll(/\u001b\[\d+m|(?!\n)\p{Cc}/gu, (found) =>
    found.length > 1 ? found : escaped(found),
  );
}

/** One JSON document for programs. Of control characters, `JSON.stringify` escapes the first 32 alone. */
export function plainJson(value: unknown): string {
  return JSON.stringify(value, null, 2).replaceAll(
    /[\u007f-\u009f]/g,
    (character) => `\\u00${character.charCodeAt(0).toString(16)}`,
  );
}
