import { AbortError, type AbortSignalLike } from "@azure/abort-controller";

/** What bounds a wait. */
export interface WaitLimits {
  readonly abortSignal?: AbortSignalLike | undefined;
  /** Milliseconds; 0 is no limit. */
  readonly timeout?: number;
}

/** @throws AbortError as soon as the signal aborts or the time is over, whatever the work does. */
export async function unlessAborted<Result>(
  work: Promise<Result>,
  { abortSignal, timeout = 0 }: WaitLimits,
): Promise<Result> {
  let end: (error: AbortError) => void = () => undefined;
  const ended = new Promise<never>((_resolve, reject) => {
    end = reject;
  });
  const abort = (): void => end(new AbortError("the call was aborted"));
  if (abortSignal?.aborted === true) abort();
  abortSignal?.addEventListener("abort", abort);
  const late = (): void => end(new AbortError(`the call timed out after ${timeout} milliseconds`));
  const timer = timeout > 0 ? setTimeout(late, timeout) : undefined;
  try {
    return await Promise.race([ended, work]);
  } finally {
    clearTimeout(timer);
    abortSignal?.removeEventListener("abort", abort);
  }
}
