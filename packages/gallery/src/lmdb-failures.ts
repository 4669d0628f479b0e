/** The words for what goes wrong in the embedded store. */
import { setTimeout as after } from "node:timers/promises";
import { messageOf } from "./message-of.js";
import { StoreUnavailableError } from "./store.js";

/** What callers are told of a read that failed. */
export function unreadable(cause: unknown): StoreUnavailableError {
  if (cause instanceof StoreUnavailableError) return cause;
  return new StoreUnavailableError("the face store cannot be read", { cause });
}

/** What callers are told of a commit that failed. */
export async function unwritable(error: unknown): Promise<StoreUnavailableError> {
  if (error instanceof StoreUnavailableError) return error;
  return new StoreUnavailableError("the face store cannot be written", {
    cause: await reasonOf(error),
  });
}

/** Why a commit failed: LMDB says it by a promise of its own, at once or never. */
async function reasonOf(error: unknown): Promise<unknown> {
  const { commitError } = error as { commitError?: Promise<unknown> };
  if (commitError === undefined) return error;
  const said = commitError.then(() => error, inPlainWords);
  return Promise.race([said, after(100, error)]);
}

/** LMDB calls a write that was done in part an input/output error, which is how a disk fills up more often than not. */
function inPlainWords(reason: unknown): unknown {
  if (!(reason instanceof Error) || !/input\/output error/i.test(reason.message)) return reason;
  return new Error("the disk is full or failing (Input/output error)", { cause: reason });
}

/** What went wrong, and what led to it. */
export function reasonsOf(error: unknown): string {
  const said: string[] = [];
  for (let link = error; link !== undefined && said.length < 3;) {
    said.push(messageOf(link));
    link = link instanceof Error ? link.cause : undefined;
  }
  return said.join(", by ");
}
