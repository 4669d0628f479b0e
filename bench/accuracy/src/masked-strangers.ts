/**
 * What confidence 0.5 means where masks hide faces: of people, and with pictures of masks, that nothing was fitted to. The
 * networks' common view of masks was fitted to the other half of LFW's people and to every other picture of a mask
 * (`training/recognition/masks.py`).
 */
import type { RecognitionModelId } from "@mien/vision/analysis";
import { recognitionModels } from "@mien/vision/recognition-models";
import { halfOf, type LfwPair, personOf } from "./lfw-data.js";
import { embedLfw, type NetworkVectors } from "./lfw-embeddings.js";
import { maskDrawer } from "./masked-faces.js";
import { modelLogit } from "./model-logit.js";
import { share, type Share } from "./statistics.js";

/** Who of a pair wears a mask. */
export const wearers = ["nobody", "one", "both"] as const;

export interface MaskedStrangersReport {
  readonly recognitionModel: RecognitionModelId;
  readonly people: number;
  /** By who wears one: shares of pairs that are accepted at confidence 0.5. */
  readonly strangers: Readonly<Record<(typeof wearers)[number], Share>>;
  readonly onePerson: Readonly<Record<(typeof wearers)[number], Share>>;
}

const mostPeople = 250;

/** @param bare vectors of the pictures as they are. */
export async function measureMaskedStrangers(
  pairs: readonly LfwPair[],
  bare: ReadonlyMap<string, NetworkVectors>,
): Promise<MaskedStrangersReport[]> {
  const byPerson = new Map(
    pairs
      .filter(({ same, first }) => same && halfOf(personOf(first)) === 1)
      .map((pair) => [personOf(pair.first), pair]),
  );
  const chosen = [...byPerson.values()].slice(0, mostPeople);
  const draw = await maskDrawer((index) => index % 2 === 1);
  const files = chosen.flatMap(({ first, second }) => [first, second]);
  const masked = await embedLfw(files, "masked strangers", undefined, draw);
  const known = chosen.filter(({ first, second }) =>
    [bare, masked].every((faces) => faces.has(first) && faces.has(second)),
  );
  return (Object.keys(recognitionModels) as RecognitionModelId[]).map((id) => {
    const logit = modelLogit(id);
    const accepted = (same: boolean, one: typeof bare, other: typeof bare): Share => {
      const logits = known.flatMap(({ first }, index) =>
        known
          .filter((_, another) => (another === index) === same)
          .map(({ second }) => logit(one.get(first)!, other.get(second)!)),
      );
      return share(logits.filter((own) => own >= 0).length, logits.length);
    };
    const byWearer = (same: boolean): MaskedStrangersReport["strangers"] => ({
      nobody: accepted(same, bare, bare),
      one: accepted(same, bare, masked),
      both: accepted(same, masked, masked),
    });
    return {
      recognitionModel: id,
      people: known.length,
      strangers: byWearer(false),
      onePerson: byWearer(true),
    };
  });
}
