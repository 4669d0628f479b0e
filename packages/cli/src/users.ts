/** Users of this machine by the names that its administrator knows them by. */
import { readFileSync } from "node:fs";
import { userInfo } from "node:os";

/** Who runs this process. Windows has no such numbers. */
export interface User {
  readonly uid: number;
  readonly gid: number;
  readonly name: string;
}

/** `undefined` on Windows. */
export function currentUser(): User | undefined {
  const [uid, gid] = [process.getuid?.(), process.getgid?.()];
  return uid === undefined || gid === undefined ? undefined : { uid, gid, name: userName(uid) };
}

/** The number itself where no name is known, as `chown` takes it too. */
export function userName(uid: number): string {
  try {
    if (uid === process.getuid?.()) return userInfo().username;
    const line = readFileSync("/etc/passwd", "utf8")
      .split("\n")
      .find((candidate) => candidate.split(":")[2] === String(uid));
    return line?.split(":")[0] ?? String(uid);
  } catch {
    // A container often runs as a number that no list of users has.
    return String(uid);
  }
}
