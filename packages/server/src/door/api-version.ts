import { ContractError } from "@mien/contract/errors";
import { type ApiVersion, apiVersions, newestApiVersion } from "@mien/contract/names";

/** Previews that the wild still asks for, served as the version they became. */
const aliases: ReadonlyMap<string, ApiVersion> = new Map([
  ["v1.0-preview", "v1.0"],
  ["v1.2-preview.1", "v1.2"],
]);

/** The version that a call is answered in. */
export interface ServedVersion {
  readonly version: ApiVersion;
  /** Said in a header when the version asked for is newer than any we know. */
  readonly warning?: string;
}

/** Whatever its case, as the rest of the path. @throws ContractError `versionUnsupported` */
export function servedVersion(asked: string, strict: boolean): ServedVersion {
  const segment = asked.toLowerCase();
  const known = apiVersions.find((version) => version === segment) ?? aliases.get(segment);
  if (known !== undefined) return { version: known };
  const numbers = /^v(\d{1,3})\.(\d{1,3})(?:-preview(?:\.\d{1,3})?)?$/.exec(segment);
  const [major, minor] = [Number(numbers?.[1] ?? 0), Number(numbers?.[2] ?? 0)];
  const newer = major > 1 || (major === 1 && minor > 2);
  if (!newer || strict) throw new ContractError("versionUnsupported");
  return {
    version: newestApiVersion,
    warning: `299 - "${segment} is unknown and was served as ${newestApiVersion}"`,
  };
}
