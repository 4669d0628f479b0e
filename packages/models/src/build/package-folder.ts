import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";

const require = createRequire(import.meta.url);

/**
 * Where an npm package is installed, whatever its `exports` let through.
 * @throws Error that names the command which mends it, when the package is absent.
 */
export async function packageFolder(name: string): Promise<string> {
  for (const modules of require.resolve.paths(name) ?? []) {
    const folder = join(modules, name);
    try {
      await readFile(join(folder, "package.json"));
      return folder;
    } catch {
      continue;
    }
  }
  throw new Error(`package ${name} is not installed: run \`npm ci\``);
}
