/** What keeps the user who runs this process from a file or folder, and the command that lets him at it. */
import { constants, type Stats } from "node:fs";
import { access, lstat, readlink, stat } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { shellWord } from "./shell-word.js";
import { currentUser, userName } from "./users.js";

/** What a service does with a file or folder: reads a file, changes a file, finds what is in a folder, changes a folder. */
export type Use = "read" | "change" | "enter" | "keep";

/** Whose it should be: of the service, which makes it when absent, or of the administrator, who lets the service read it. */
export type Owner = "service" | "administrator";

export interface Obstacle {
  /** The system's code, such as `ENOENT`. */
  readonly code: string;
  readonly detail: string;
  readonly remedy?: string;
  /** The folder on the way that this user may not pass, if it is that. */
  readonly closedFolder?: string;
}

const uses: Readonly<Record<Use, { readonly bits: number; readonly verb: string }>> = {
  read: { bits: constants.R_OK, verb: "read" },
  change: { bits: constants.R_OK | constants.W_OK, verb: "written" },
  enter: { bits: constants.X_OK, verb: "entered" },
  keep: { bits: constants.R_OK | constants.W_OK | constants.X_OK, verb: "written" },
};

/** Asks the system, which knows more than the mode: groups, access lists, file systems that are mounted read-only. */
async function refusal(path: string, bits: number): Promise<string | undefined> {
  try {
    await access(path, bits);
    return undefined;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? "";
  }
}

/** `undefined` where nothing keeps this user from it. */
export async function obstacleTo(
  path: string,
  use: Use,
  owner: Owner,
): Promise<Obstacle | undefined> {
  const { bits, verb } = uses[use];
  if (use === "read" && (await statsOf(path))?.isDirectory() === true)
    return { code: "EISDIR", detail: `${path} cannot be read (EISDIR)` };
  const code = await refusal(path, bits);
  if (code === undefined) return undefined;
  const user = currentUser();
  if (code === "ENOENT") return absence(path);
  if (code !== "EACCES" || user === undefined)
    return { code, detail: `${path} cannot be ${verb} (${code})` };
  const closedFolder = await closedFolderAbove(path);
  if (closedFolder !== undefined) {
    const detail = `${path} cannot be reached by ${user.name}: ${described(closedFolder, await stat(closedFolder))}`;
    const remedy = `sudo chmod o+x ${shellWord(closedFolder)}`;
    return { code, detail, remedy, closedFolder };
  }
  const stats = await stat(path);
  const detail = `${path} cannot be ${verb} by ${user.name}: ${described("it", stats)}`;
  const remedy = grantingCommand(path, stats, bits, owner);
  return { code, detail, ...(remedy === undefined ? {} : { remedy }) };
}

/** A link that leads nowhere is in the way of what is to be made under its name, which fails with EEXIST. */
async function absence(path: string): Promise<Obstacle> {
  const target = await linkTarget(path).catch(() => undefined);
  return target === undefined
    ? { code: "ENOENT", detail: `${path} does not exist` }
    : { code: "EEXIST", detail: `${path} is a link to ${target}, which does not exist` };
}

/** Such as `it belongs to root, mode 0600`. */
export function described(name: string, { uid, mode }: Stats): string {
  return `${name} belongs to ${userName(uid)}, mode 0${(mode & 0o777).toString(8)}`;
}

/** Nothing where the mode does allow it: then something else of the system does not. */
function grantingCommand(
  path: string,
  stats: Stats,
  bits: number,
  owner: Owner,
): string | undefined {
  const user = currentUser()!;
  const file = shellWord(path);
  if (stats.uid === user.uid)
    return ((stats.mode >> 6) & bits) === bits ? undefined : `chmod u+${letters(bits)} ${file}`;
  // The administrator's files may be read by other services too: they keep their owner.
  return owner === "administrator"
    ? `sudo chgrp ${user.gid} ${file} && sudo chmod g+${letters(bits)} ${file}`
    : `sudo chown ${stats.isDirectory() ? "-R " : ""}${user.name} ${file}`;
}

function letters(bits: number): string {
  return [
    [constants.R_OK, "r"] as const,
    [constants.W_OK, "w"] as const,
    [constants.X_OK, "x"] as const,
  ]
    .filter(([bit]) => (bits & bit) !== 0)
    .map(([, letter]) => letter)
    .join("");
}

/** The first folder on the way to a path, links followed, that this user may not pass. */
async function closedFolderAbove(path: string): Promise<string | undefined> {
  const whole = resolve(path);
  for (const folder of foldersAbove(whole)) {
    if ((await refusal(folder, constants.X_OK)) !== "EACCES") continue;
    const target = await linkTarget(folder);
    return target === undefined ? folder : closedFolderAbove(join(target, "entry"));
  }
  const target = await linkTarget(whole);
  return target === undefined ? undefined : closedFolderAbove(target);
}

/** From the root on. */
function foldersAbove(path: string): string[] {
  const above = dirname(path);
  return above === path ? [] : [...foldersAbove(above), above];
}

/** `undefined` for what is no link. */
async function linkTarget(path: string): Promise<string | undefined> {
  if (!(await lstat(path)).isSymbolicLink()) return undefined;
  return resolve(dirname(path), await readlink(path));
}

/** What is there under a path; `undefined` where nothing is, or nothing that this user could see. */
export async function statsOf(path: string): Promise<Stats | undefined> {
  try {
    return await stat(path);
  } catch {
    return undefined;
  }
}
