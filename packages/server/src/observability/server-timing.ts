/** The `Server-Timing` header: where a request's time went, for browsers' and operators' tools. */
export function serverTiming(
  stages: Readonly<Record<string, number>> | undefined,
  total: number,
): string {
  return [...Object.entries(stages ?? {}), ["total", total] as const]
    .map(([stage, milliseconds]) => `${stage};dur=${milliseconds.toFixed(1)}`)
    .join(", ");
}
