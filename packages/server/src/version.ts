/** The version that the package was published as. */
import { readFileSync } from "node:fs";

const manifest = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8")) as {
  version: string;
};

/** As `package.json` has it. */
export const version: string = manifest.version;
