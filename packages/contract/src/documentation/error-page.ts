/** The page of errors, made of the catalogue and the table of operations. */
import { type ErrorEntry, type ErrorKey, errorCatalogue } from "../errors.js";
import { commonErrors, operationTable, routeErrors } from "../operations.js";

/** Where an error may be answered, in words. */
function places(key: ErrorKey): string {
  const common: readonly ErrorKey[] = commonErrors;
  const route: readonly ErrorKey[] = routeErrors;
  if (common.includes(key)) return "all";
  if (route.includes(key)) return "other paths";
  return Object.entries(operationTable)
    .filter(([, { errors }]) => (errors as readonly ErrorKey[]).includes(key))
    .map(([name]) => name)
    .join(", ");
}

const cell = (text: string): string => text.replaceAll("|", "\\|");

/** Markdown. */
export function errorPage(): string {
  const entries = Object.entries(errorCatalogue) as [ErrorKey, ErrorEntry][];
  const rows = entries
    .sort(([, a], [, b]) => a.status - b.status || a.code.localeCompare(b.code, "en"))
    .map(
      ([key, { status, code, message, when }]) =>
        `| ${status} | \`${code}\` | ${cell(message)} | ${cell(when)} | ${places(key)} |`,
    );
  return [
    "# Errors",
    "",
    "Made by `npm run docs` from `packages/contract/src/errors.ts` and `operations.ts`; a test fails when they differ.",
    "",
    'Every answer that is not 200 is JSON, `{"error":{"code":"…","message":"…"}}`, also for paths that are not served and',
    "for requests that are no HTTP. The header `x-ms-error-code` repeats the code. `Retry-After` is sent with 429 and 503 and",
    "with nothing else, because some clients try everything again that carries it.",
    "",
    "The first check that fails names the answer: credentials, rate limit, path, method, version, queue, content type,",
    "single parameters in the order of the reference, combinations of models and attributes, retired attributes, the body's",
    "size, the body, the picture.",
    "",
    "| Status | Code | Message | When | Operations |",
    "| ------ | ---- | ------- | ---- | ---------- |",
    ...rows,
    "",
  ].join("\n");
}
