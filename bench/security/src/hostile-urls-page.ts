/** The page of hostile addresses, from their table. */
import { errorCatalogue } from "@mien/contract/errors";
import { format } from "prettier";
import type { HostileUrl, UrlAnswer } from "./hostile-urls.js";

const meanings: Readonly<Record<UrlAnswer, string>> = {
  urlInvalid: "refused before a name is looked up",
  urlUnreachable: "refused when the name is looked up or the connection is made",
};

/** Written so that white space and what cannot be seen can be. */
function shown(url: string): string {
  const text = JSON.stringify(url).slice(1, -1);
  return url.trim() === "" ? `"${text}"` : text.replaceAll("|", "\\|");
}

export async function hostileUrlsPage(
  table: Readonly<Record<string, readonly HostileUrl[]>>,
): Promise<string> {
  const rows = Object.entries(table).flatMap(([kind, urls]) =>
    urls.map(({ url, answer }) => `| ${kind} | \`${shown(url)}\` | ${meanings[answer]} |`),
  );
  const answers = (Object.keys(meanings) as UrlAnswer[]).map((key) => {
    const { status, code, message } = errorCatalogue[key];
    return `- ${meanings[key]}: ${status} \`${code}\`, \`${message}\``;
  });
  return format(
    `# Hostile addresses

Written by \`npm run bench:urls\`, which sends each of these ${rows.length} addresses to a real server beside a real DNS and
real hosts on this machine, and writes this page only when every answer is the one below and nobody heard of any of
them but \`pictures.test\`, whom the operator allows. The same table is a test (\`tests/contract/url-input.test.ts\`).
\`{port}\` stands for the port that those hosts listen on.

${answers.join("\n")}

| What it tries | Address | Answer |
| --- | --- | --- |
${rows.join("\n")}
`,
    { parser: "markdown", printWidth: 100 },
  );
}
