/**
 * What a piece of work gives, or the signal's reason as soon as it aborts: for work that does not listen to it, and may
 * wait for somebody who never answers. The work itself goes on.
 */
export function unlessAborted<Result>(work: Promise<Result>, signal: AbortSignal): Promise<Result> {
  return new Promise((resolve, reject) => {
    const end = (): void => reject(signal.reason as Error);
    signal.addEventListener("abort", end, { once: true });
    if (signal.aborted) end();
    void work.then(resolve, reject).finally(() => signal.removeEventListener("abort", end));
  });
}

/** The same for what must be closed: it is, also if it opens only after the abort. */
export async function openUnlessAborted<Opened extends { close(): Promise<unknown> }>(
  opening: Promise<Opened>,
  signal: AbortSignal,
): Promise<Opened> {
  try {
    return await unlessAborted(opening, signal);
  } catch (error) {
    void opening.then((opened) => opened.close()).catch(() => undefined);
    throw error;
  }
}
