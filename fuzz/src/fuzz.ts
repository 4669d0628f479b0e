/** A run of many inputs against one server. */
import type { InputKind } from "./input.js";
import { headerInputs, rawInputs } from "./inputs/raw-http.js";
import { jsonInputs } from "./inputs/json.js";
import { pictureInputs } from "./inputs/picture.js";
import { queryInputs } from "./inputs/query.js";
import { urlInputs } from "./inputs/url.js";
import { inputSeed, Random } from "./random.js";
import { openTarget, type Verdict } from "./target.js";

export const inputKinds: readonly InputKind[] = [
  jsonInputs,
  queryInputs,
  urlInputs,
  headerInputs,
  rawInputs,
  pictureInputs,
];

export interface Finding {
  readonly kind: string;
  /** Makes the very input again. */
  readonly seed: number;
  readonly verdict: string;
}

export interface FuzzOptions {
  readonly endpoint: string;
  readonly inputs: number;
  readonly seed: number;
  /** Inputs at work at once. */
  readonly atOnce: number;
  /** Fires when there is nobody to send inputs to any more: what is at work then is a suspect, and no more is begun. */
  readonly signal?: AbortSignal;
  /** Told now and then. */
  readonly progress?: (done: number, findings: number) => void;
  /** Told of each finding at once. */
  readonly report?: (finding: Finding) => void;
}

export interface FuzzSummary {
  readonly counts: Readonly<Record<string, number>>;
  readonly findings: readonly Finding[];
  readonly seconds: number;
}

/** Lets so many at a time through. */
function turnstile(places: number): <Result>(work: () => Promise<Result>) => Promise<Result> {
  let free = places;
  const waiting: (() => void)[] = [];
  return async (work) => {
    if (free > 0) free--;
    else await new Promise<void>((resolve) => waiting.push(resolve));
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next === undefined) free++;
      else next();
    }
  };
}

/** Pictures on their way at once: more would be refused for the queue's sake, which is no finding. */
const picturesAtOnce = 2;

function kindFor(random: Random): InputKind {
  let ticket = random.below(inputKinds.reduce((sum, { share }) => sum + share, 0));
  return inputKinds.find(({ share }) => (ticket -= share) < 0)!;
}

/** Makes and sends the input of one seed. */
export async function tryInput(
  kind: InputKind,
  seed: number,
  send: (input: Awaited<ReturnType<InputKind["make"]>>) => Promise<Verdict>,
): Promise<Verdict> {
  try {
    return await send(await kind.make(new Random(seed)));
  } catch (error) {
    return `failed: ${error instanceof Error ? error.message : String(error)}`;
  }
}

export async function fuzz(options: FuzzOptions): Promise<FuzzSummary> {
  const target = openTarget(options.endpoint, options.atOnce);
  const counts: Record<string, number> = Object.fromEntries(
    inputKinds.map(({ name }) => [name, 0]),
  );
  const findings: Finding[] = [];
  const started = performance.now();
  const withPictures = turnstile(picturesAtOnce);
  let next = 0;

  async function work(): Promise<void> {
    for (let index = next++; index < options.inputs; index = next++) {
      if (options.signal?.aborted === true) return;
      const seed = inputSeed(options.seed, index);
      const kind = kindFor(new Random(seed ^ 0x5bd1e995));
      const attempt = (): Promise<Verdict> => tryInput(kind, seed, (input) => target.send(input));
      const verdict = await (kind.name === "picture" ? withPictures(attempt) : attempt());
      counts[kind.name] = counts[kind.name]! + 1;
      if (verdict !== undefined) {
        const finding = { kind: kind.name, seed, verdict };
        findings.push(finding);
        options.report?.(finding);
      }
      if (index % 10_000 === 9_999) options.progress?.(index + 1, findings.length);
    }
  }
  await Promise.all(Array.from({ length: options.atOnce }, work));
  await target.close();
  return { counts, findings, seconds: (performance.now() - started) / 1000 };
}
