/** How well group finds people: sets of LFW faces whose people are known. */
import { groupFaces } from "@mien/gallery/grouping";
import type { RecognitionModelId } from "@mien/vision/analysis";
import { recognitionCalibration, recognitionModels } from "@mien/vision/recognition-models";
import { personOf } from "./lfw-data.js";
import type { NetworkVectors } from "./lfw-embeddings.js";
import { modelEmbedding } from "./model-logit.js";
import { groupBy, mean, seededRandom } from "./statistics.js";

export interface GroupingScores {
  readonly pairwisePrecision: number;
  readonly pairwiseRecall: number;
  /** Bagga and Baldwin's B-cubed F. */
  readonly bCubed: number;
}

export interface GroupingReport extends GroupingScores {
  readonly recognitionModel: RecognitionModelId;
  readonly faces: number;
  readonly sets: number;
}

const setsOfEach = 6;
const mostFacesOfOnePerson = 20;

export function measureGrouping(
  recognitionModel: RecognitionModelId,
  vectors: ReadonlyMap<string, NetworkVectors>,
  faces: number,
): GroupingReport {
  const sets = drawnSets([...vectors.keys()], faces, setsOfEach);
  return {
    recognitionModel,
    faces,
    sets: setsOfEach,
    ...groupingScores(recognitionModel, vectors, sets),
  };
}

/** Files of people in a random order, the same in every run. */
export function drawnSets(files: readonly string[], faces: number, count: number): string[][] {
  const people = groupBy([...files].sort(), personOf);
  return Array.from({ length: count }, (_, index) => {
    const random = seededRandom(1 + 7919 * (index + 1));
    return [...people.keys()]
      .map((person) => ({ person, at: random() }))
      .sort((a, b) => a.at - b.at)
      .flatMap(({ person }) => people.get(person)!.slice(0, mostFacesOfOnePerson))
      .slice(0, faces);
  });
}

/** Means over the sets. @param groupFalseAccepts the model's own when left out. */
export function groupingScores(
  recognitionModel: RecognitionModelId,
  vectors: ReadonlyMap<string, NetworkVectors>,
  sets: readonly (readonly string[])[],
  groupFalseAccepts = recognitionModels[recognitionModel].groupFalseAccepts,
): GroupingScores {
  const calibration = { ...recognitionCalibration(recognitionModel), groupFalseAccepts };
  const results = sets.map((files) => {
    const embeddings = files.map((file) => modelEmbedding(recognitionModel, vectors.get(file)!));
    const { groups, ungrouped } = groupFaces(embeddings, calibration);
    return score(files, [...groups, ...ungrouped.map((face) => [face])]);
  });
  const average = (name: "precision" | "recall" | "bCubed"): number =>
    mean(results.map((result) => result[name]));
  return {
    pairwisePrecision: average("precision"),
    pairwiseRecall: average("recall"),
    bCubed: average("bCubed"),
  };
}

function score(
  files: readonly string[],
  clusters: readonly (readonly number[])[],
): { precision: number; recall: number; bCubed: number } {
  const persons = files.map(personOf);
  const sizes = groupBy(persons, (person) => person);
  const pairs = (count: number): number => (count * (count - 1)) / 2;
  let together = 0;
  let right = 0;
  let purity = 0;
  let completeness = 0;
  for (const cluster of clusters) {
    together += pairs(cluster.length);
    const own = groupBy(cluster, (face) => persons[face]!);
    for (const [person, members] of own) {
      right += pairs(members.length);
      purity += (members.length * members.length) / cluster.length;
      completeness += (members.length * members.length) / sizes.get(person)!.length;
    }
  }
  const same = [...sizes.values()].reduce((sum, { length }) => sum + pairs(length), 0);
  const p = purity / files.length;
  const r = completeness / files.length;
  return {
    precision: together === 0 ? 1 : right / together,
    recall: same === 0 ? 1 : right / same,
    bCubed: (2 * p * r) / (p + r),
  };
}
