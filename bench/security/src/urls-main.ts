/**
 * `npm run bench:urls`: sends every hostile address to a real server, with a real DNS and real hosts on this machine,
 * prints what each was answered and writes `docs/hostile-urls.md`. Ends with 1 when an answer is not the one that the
 * table names, or when anybody heard of it who must not.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { errorCatalogue } from "@mien/contract/errors";
import { createServer } from "@mien/server/create-server";
import { hostileUrls } from "./hostile-urls.js";
import { hostileUrlsPage } from "./hostile-urls-page.js";
import { startHostileWorld } from "./hostile-world.js";

const directory = mkdtempSync(join(tmpdir(), "mien-urls-"));
const world = await startHostileWorld();
const server = await createServer({
  dataDirectory: directory,
  workers: 1,
  apiKeys: ["one:a-key"],
  urlAllow: ["pictures.test"],
  resolveName: world.resolve,
  log: "off",
});
const endpoint = await server.listen({ host: "127.0.0.1", port: 0 });

interface Answered {
  readonly kind: string;
  readonly url: string;
  readonly answer: string;
  readonly wanted: boolean;
  /** Requests that came to hosts that are not allowed. */
  readonly leaked: number;
}

async function ask(kind: string, url: string, key: keyof typeof errorCatalogue): Promise<Answered> {
  world.forget();
  const response = await fetch(`${endpoint}/face/v1.2/detect?returnFaceId=false`, {
    method: "POST",
    headers: { "Ocp-Apim-Subscription-Key": "a-key", "Content-Type": "application/json" },
    body: JSON.stringify({ url: world.at(url) }),
  });
  const body = (await response.json()) as { error?: { code: string; message: string } };
  const { status, code, message } = errorCatalogue[key];
  return {
    kind,
    url,
    answer: `${response.status} ${body.error?.code ?? ""} ${body.error?.message ?? ""}`,
    wanted:
      response.status === status && body.error?.code === code && body.error.message === message,
    leaked: world.heard.filter((line) => !line.startsWith("pictures.test:")).length,
  };
}

const answers: Answered[] = [];
for (const [kind, rows] of Object.entries(hostileUrls))
  for (const { url, answer } of rows) answers.push(await ask(kind, url, answer));

for (const { kind, url, answer, wanted, leaked } of answers)
  console.log(
    `${wanted && leaked === 0 ? "    " : "BAD "}${kind}: ${JSON.stringify(url)} -> ${answer}`,
  );
const bad = answers.filter(({ wanted, leaked }) => !wanted || leaked > 0);
const heard = answers.reduce((sum, { leaked }) => sum + leaked, 0);
console.log(
  `${answers.length} addresses, ${bad.length} answered otherwise than the table says, ${heard} heard of where they must not be`,
);
await server.close();
await world.close();
rmSync(directory, { recursive: true, force: true });
if (bad.length > 0) process.exitCode = 1;
else
  writeFileSync(
    join(import.meta.dirname, "../../../docs/hostile-urls.md"),
    await hostileUrlsPage(hostileUrls),
  );
