import type { StageTimes } from "./observation.js";

/** The `Server-Timing` header: where a request's time went, for browsers' and operators' tools. */
export function serverTiming(stages: StageTimes | undefined, total: number): string {
  return [...Object.entries(stages ?? {}), ["total", { milliseconds: total }] as const]
    .map(([stage, { milliseconds }]) => `${stage};dur=${milliseconds.toFixed(1)}`)
    .join(", ");
}
