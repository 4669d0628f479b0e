import type sharp from "sharp";

export type Sharp = typeof sharp;

/** Loads sharp. Only when it is needed: doctor must be able to say that it does not load. */
export async function openSharp(): Promise<Sharp> {
  return (await import("sharp")).default;
}

/**
 * The same beside a service in this process, whose workers forbid the whole process all formats but the contract's when
 * they start: rightly for what strangers send, but here the files are the user's own.
 * @param started resolves when the workers have started.
 */
export async function openSharpBeside(started: Promise<unknown>): Promise<Sharp> {
  await started;
  const opened = await openSharp();
  opened.unblock({ operation: ["VipsForeignLoad"] });
  return opened;
}
