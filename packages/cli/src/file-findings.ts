/** What the findings on all files have in common, whatever is in them. */
import { messageOf } from "@mien/server/message-of";
import { described, type Obstacle, type Owner, statsOf } from "./file-access.js";
import type { Finding } from "./finding.js";
import { shellWord } from "./shell-word.js";
import { currentUser } from "./users.js";

export function fault(
  subject: string,
  { detail, remedy }: Pick<Obstacle, "detail" | "remedy">,
): Finding {
  return { subject, state: "fault", detail, ...(remedy === undefined ? {} : { remedy }) };
}

/** A folder on the way that is closed is the data directory's finding: how it is opened is said there. */
export function withoutKnownRemedy(obstacle: Obstacle): Pick<Obstacle, "detail" | "remedy"> {
  return obstacle.closedFolder === undefined ? obstacle : { detail: obstacle.detail };
}

export function madeAtFirstStart(subject: string): Finding {
  return { subject, state: "well", detail: "none yet; it is created at the first start" };
}

/** Reads a file as the server does. */
export function read(subject: string, reading: () => unknown, detail: string): Finding {
  try {
    reading();
    return { subject, state: "well", detail };
  } catch (error) {
    return fault(subject, { detail: messageOf(error) });
  }
}

/** What everybody may read, and nobody but its owner change: whoever can change the keys can be anyone. */
export async function obstacleOrChangeable(
  subject: string,
  path: string,
  obstacle: Obstacle | undefined,
): Promise<Finding | undefined> {
  if (obstacle !== undefined) return fault(subject, obstacle);
  const stats = await statsOf(path);
  if (process.platform === "win32" || stats === undefined || (stats.mode & 0o002) === 0)
    return undefined;
  return fault(subject, {
    detail: `${path} is writable by everyone`,
    remedy: `${sudoFor(stats.uid)}chmod o-w ${shellWord(path)}`,
  });
}

/** A file that can be read, and that holds a key. */
export async function secretFile(
  subject: string,
  path: string,
  owner: Owner,
  reading: () => unknown,
): Promise<Finding> {
  const stats = await statsOf(path);
  const user = currentUser();
  if (stats === undefined || user === undefined)
    return read(subject, reading, `${path} can be read`);
  const mine = stats.uid === user.uid;
  // What belongs to somebody else can be read by the service through its group alone.
  if ((stats.mode & (mine ? 0o077 : 0o007)) !== 0) {
    const file = shellWord(path);
    const others =
      owner === "service"
        ? `sudo chown ${user.name} ${file} && sudo chmod 600 ${file}`
        : `sudo chgrp ${user.gid} ${file} && sudo chmod 640 ${file}`;
    return fault(subject, {
      detail: `${path} can be read by others`,
      remedy: mine ? `chmod 600 ${file}` : others,
    });
  }
  return read(
    subject,
    reading,
    mine ? `${path}, readable only by its owner` : `${path} can be read; ${described("it", stats)}`,
  );
}

function sudoFor(uid: number): string {
  return uid === currentUser()?.uid ? "" : "sudo ";
}
