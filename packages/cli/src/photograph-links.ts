/** Hard links to photographs, where a system makes them. */
import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { link, realpath, stat, unlink } from "node:fs/promises";
import { dirname, join } from "node:path";
import { exitCodes } from "./exit-codes.js";
import { CommandFailure } from "./failure.js";

/** @throws CommandFailure where no links to the photograph can be made in the target. */
export async function linkPhotograph(
  photograph: string,
  place: string,
  target: string,
): Promise<void> {
  try {
    // A link to a symbolic link would go where that goes.
    await link(await realpath(photograph), place);
  } catch (error) {
    const { code = "" } = error as NodeJS.ErrnoException;
    if (code === "EXDEV")
      throw new CommandFailure(
        `${target} and ${photograph} are on different disks, and hard links cannot cross disks: choose a folder on the same disk as the photographs`,
        exitCodes.usage,
        { cause: error },
      );
    if (["EPERM", "ENOTSUP", "ENOSYS"].includes(code))
      throw new CommandFailure(
        `cannot create a hard link in ${target} to ${photograph} (${code}): the disk may not support hard links, or the photograph may belong to someone else`,
        exitCodes.refused,
        { cause: error },
      );
    throw error;
  }
}

/**
 * Finds out whether photographs can be linked in a folder, which need not be there yet. It makes a link for each disk and
 * owner and takes it away: the numbers of disks do not tell.
 * @throws CommandFailure
 */
export async function requireLinks(photographs: readonly string[], target: string): Promise<void> {
  let folder = target;
  while (!existsSync(folder)) folder = dirname(folder);
  const tried = new Set<string>();
  for (const photograph of photographs) {
    const { dev, uid } = await stat(photograph, { bigint: true });
    const kind = `${dev}:${uid}`;
    if (tried.has(kind)) continue;
    tried.add(kind);
    const trial = join(folder, `.mien-${randomBytes(6).toString("hex")}.tmp`);
    try {
      await linkPhotograph(photograph, trial, target);
      await unlink(trial);
    } catch (error) {
      // What else is wrong with the folder is told when something is kept in it.
      if (error instanceof CommandFailure) throw error;
    }
  }
}
