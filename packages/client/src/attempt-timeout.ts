import { AbortError } from "@azure/abort-controller";
import type { PipelinePolicy } from "@azure/core-rest-pipeline";

/** A timer of more milliseconds ends at once, so a longer limit is none. */
const longestTimer = 2 ** 31 - 1;

/**
 * Gives up an attempt whose answer stops in its middle: the transport's own limit ends when the answer begins. An answer
 * that is left a stream is left to its reader.
 */
export function attemptTimeoutPolicy(): PipelinePolicy {
  return {
    name: "attemptTimeoutPolicy",
    async sendRequest(request, next) {
      // The transport has a timer of its own.
      if (request.timeout > longestTimer) request.timeout = 0;
      const { timeout, abortSignal } = request;
      if (!(timeout > 0) || request.streamResponseStatusCodes !== undefined) return next(request);
      const attempt = new AbortController();
      const late = new AbortError(`the call timed out after ${timeout} milliseconds`);
      const abort = (): void => attempt.abort();
      const timer = setTimeout(() => attempt.abort(late), timeout);
      if (abortSignal?.aborted === true) abort();
      abortSignal?.addEventListener("abort", abort);
      request.abortSignal = attempt.signal;
      try {
        return await next(request);
      } catch (error) {
        throw attempt.signal.reason === late ? late : error;
      } finally {
        clearTimeout(timer);
        abortSignal?.removeEventListener("abort", abort);
        // The next attempt starts from the caller's own signal.
        if (abortSignal === undefined) delete request.abortSignal;
        else request.abortSignal = abortSignal;
      }
    },
  };
}
