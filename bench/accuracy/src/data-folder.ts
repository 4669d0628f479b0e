/** Where the pictures with truth lie: beside the repository, never in it. */
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

export const dataFolder =
  process.env["MIEN_BENCH_DATA"] ??
  fileURLToPath(new URL("../../../../shared/data", import.meta.url));

/** @throws Error when the folder is absent. */
export function requireData(): void {
  if (!existsSync(dataFolder))
    throw new Error(`no pictures with truth at ${dataFolder}: set MIEN_BENCH_DATA to their folder`);
}
