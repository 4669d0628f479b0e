import { isRestError, type DetectParameters, type FaceDetectionResult } from "@mien/client";
import { limits } from "@mien/contract/limits";
import type { CommandContext } from "./command-context.js";
import type { Connection } from "./connection.js";
import { detectFiles } from "./detect-files.js";
import type { ExitCode } from "./exit-codes.js";
import { exitCodeOf, warnOfFailures } from "./located-face.js";
import { groupIntoPeople, type People } from "./people.js";
import type { JournalEntry, SortJournal } from "./sort-journal.js";

/** Photographs that were looked at, now or before, and the people in them. */
export interface SeenPhotographs {
  /** The faceIds in each photograph that could be looked at, in the order of the files. */
  readonly faceIdsOf: ReadonlyMap<string, readonly string[]>;
  readonly people: People;
  readonly exitCode: ExitCode;
}

/** Who looks, where it is remembered, and what is asked. */
export interface Look {
  readonly connection: Connection;
  readonly journal: SortJournal;
  readonly parameters: DetectParameters;
}

/** Looks at the photographs that the journal does not know, and finds the people in all. */
export async function lookAtPhotographs(
  files: readonly string[],
  look: Look,
  context: CommandContext,
): Promise<SeenPhotographs> {
  // A minute early, so that no faceId expires between here and its use.
  const known = await look.journal.read(files, Date.now() + 60_000);
  try {
    return await lookAtUnknown(files, known, look, context);
  } catch (error) {
    // Erased, or kept by another service or tenant than those of today: everything is looked at again.
    if (known.size === 0 || !isRestError(error) || error.code !== "FaceNotFound") throw error;
    await look.journal.forget();
    return lookAtUnknown(files, new Map(), look, context);
  }
}

async function lookAtUnknown(
  files: readonly string[],
  known: ReadonlyMap<string, JournalEntry>,
  { connection, journal, parameters }: Look,
  { terminal, signal }: CommandContext,
): Promise<SeenPhotographs> {
  const unknown = files.filter((file) => !known.has(file));
  const results = await detectFiles(connection, terminal, unknown, {
    parameters,
    signal,
    onDone: async (result) => {
      if ("failure" in result) return;
      const expires = Date.now() + limits.faceIdTimeToLive.default * 1000;
      await journal.add(result.file, faceIdsIn(result), expires);
    },
  });
  warnOfFailures(results, terminal);
  const seen = new Map(results.map((result) => [result.file, result]));
  const faceIdsOf = new Map<string, readonly string[]>();
  for (const file of files) {
    const result = seen.get(file);
    if (result === undefined) faceIdsOf.set(file, known.get(file)!.faceIds);
    else if ("faces" in result) faceIdsOf.set(file, faceIdsIn(result));
  }
  const people = await groupIntoPeople(connection.client, [...faceIdsOf.values()].flat(), signal);
  return { faceIdsOf, people, exitCode: exitCodeOf(results) };
}

function faceIdsIn({ faces }: { readonly faces: readonly FaceDetectionResult[] }): string[] {
  return faces.map(({ faceId }) => faceId!);
}
