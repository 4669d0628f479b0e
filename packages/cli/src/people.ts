import type { FaceClient } from "@mien/client";
import { limits } from "@mien/contract/limits";

/** Faces divided into people. */
export interface People {
  /** The faceIds of each person, the largest group first. */
  readonly groups: readonly (readonly string[])[];
  /** Faces without a counterpart. */
  readonly alone: readonly string[];
}

/** Faces by which a person who is already known is recognised in the next batch. */
const representatives = 4;

/**
 * Divides any number of faces into people. The service groups 1000 at a time, so more go in batches: each batch
 * carries a few faces of the people found so far, and whoever is grouped with them joins them. People found in
 * different batches are never merged with each other, which errs on the side of splitting.
 */
export async function groupIntoPeople(
  client: Pick<FaceClient, "group">,
  faceIds: readonly string[],
  signal?: AbortSignal,
): Promise<People> {
  const people: string[][] = [];
  let alone: string[] = [];
  const waiting = [...faceIds];
  while (waiting.length > 0) {
    const known = people.map((person) => person.slice(0, representatives));
    const personOf = new Map(known.flatMap((ids, index) => ids.map((id) => [id, index] as const)));
    const room = limits.group.faceIds.maximum - personOf.size;
    // So many people that none of the known ones leaves room: the rest stand alone rather than be guessed at.
    if (room <= 0) break;
    // Those still alone get another chance beside the new ones: in half of the room, or in what these leave of it.
    const again = alone.slice(0, Math.max(Math.floor(room / 2), room - waiting.length));
    const batch = waiting.splice(0, room - again.length);
    const asked = [...personOf.keys(), ...again, ...batch];
    if (asked.length < limits.group.faceIds.minimum) {
      alone.push(...batch);
      continue;
    }
    const result = await client.group(
      { faceIds: asked },
      signal === undefined ? {} : { abortSignal: signal },
    );
    for (const group of result.groups) {
      const fresh = group.filter((id) => !personOf.has(id));
      const person = commonest(group.flatMap((id) => personOf.get(id) ?? []));
      if (person === undefined) people.push(fresh);
      else people[person]!.push(...fresh);
    }
    const placed = new Set(people.flat());
    alone = [...new Set([...alone, ...batch])].filter((id) => !placed.has(id));
  }
  return {
    groups: people.sort((a, b) => b.length - a.length),
    alone: [...alone, ...waiting],
  };
}

function commonest(values: readonly number[]): number | undefined {
  const counts = new Map<number, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts].sort((a, b) => b[1] - a[1])[0]?.[0];
}
