/** What takes a file's place belongs to those whom the file belonged to. */
import { chmodSync, chownSync, statSync } from "node:fs";

/**
 * Gives a file the owner, the group and the mode of the one whose place it is to take: who looks after a service is seldom
 * the user that it runs as, and what that user cannot read any more ends its service.
 * @throws the system's error, `EPERM` where this user may not give files away.
 */
export function giveAs(former: string, next: string): void {
  const [wanted, given] = [statSync(former), statSync(next)];
  if (wanted.uid !== given.uid || wanted.gid !== given.gid) chownSync(next, wanted.uid, wanted.gid);
  chmodSync(next, wanted.mode & 0o777);
}
