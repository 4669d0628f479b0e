/** A table of Markdown; cells may hold anything but line ends. */
export function table(titles, rows) {
  const line = (cells) =>
    `| ${cells.map((cell) => String(cell).replaceAll("|", "\\|")).join(" | ")} |`;
  return [line(titles), line(titles.map(() => "---")), ...rows.map(line)].join("\n");
}

export function code(text) {
  return text === "" ? "" : `\`${text}\``;
}

/** The note at the head of every page that is made. */
export function made(from) {
  return `Made by \`npm run docs\` from ${from}; a test fails when they differ.`;
}
