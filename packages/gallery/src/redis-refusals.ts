/** What Redis says when it does not let a user in, or not do something, in words that tell what to change. */
import { messageOf } from "./message-of.js";
import { StoreUnavailableError } from "./store.js";

/** A server, or its connection. */
interface Place {
  readonly host?: string | undefined;
  readonly port?: number | undefined;
}

/** What is wrong, after the server's name. Names of users are left out: whoever forgets the colon has a password there. */
function fault(words: string): string | undefined {
  if (/^NOAUTH\b/.test(words))
    return "requires a password: add it to MIEN_STORE_URL, as in redis://:password@host or redis://user:password@host";
  if (/^WRONGPASS\b/.test(words)) return "rejects the user name or the password in MIEN_STORE_URL";
  // A script that may be run may hold commands that may not. Redis 7.0 does not say which.
  if (/\buser executing the script can't run\b/.test(words))
    return "does not let the user in MIEN_STORE_URL run all commands of Mien's script: add +@read +@write +time to the rules of that user";
  if (!/^NOPERM\b|\bACL failure in script\b/.test(words)) return undefined;
  const command = /'([^']+)' command/.exec(words)?.[1];
  return command === undefined
    ? "does not let the user in MIEN_STORE_URL access Mien's keys: add ~mien:* to the rules of that user"
    : `does not let the user in MIEN_STORE_URL run ${command.replace("|", " ").toUpperCase()}: add +${command} to the rules of that user`;
}

/**
 * The error for what a server answered to a user who may not do it; `undefined` for every other error. It names the missing
 * permission, and no password.
 */
export function refusalOf(error: unknown, place?: Place): StoreUnavailableError | undefined {
  const found = fault(messageOf(error));
  if (found === undefined) return undefined;
  const name = place?.host === undefined ? "Redis" : `Redis at ${place.host}:${place.port}`;
  return new StoreUnavailableError(`${name} ${found}`, { cause: error });
}

/** The error for a command that was not answered as it should have been. */
export function unanswered(cause: unknown, place?: Place): StoreUnavailableError {
  if (cause instanceof StoreUnavailableError) return cause;
  return (
    refusalOf(cause, place) ??
    new StoreUnavailableError("the face store's Redis cannot answer", { cause })
  );
}
