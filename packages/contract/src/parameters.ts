/** Query parameters as rows of a table: from one row come the reader, the TypeScript type and the OpenAPI text. */
import { ContractError, type ErrorKey } from "./errors.js";

interface Row {
  /** One sentence for the documentation. */
  readonly meaning: string;
}

/** One of a closed list of words, whatever their case. */
export interface WordRow<Word extends string = string> extends Row {
  readonly kind: "word";
  readonly words: readonly Word[];
  readonly fallback: Word;
  readonly error: ErrorKey;
}

/** `true` or `false`, whatever their case. */
export interface FlagRow extends Row {
  readonly kind: "flag";
  readonly fallback: boolean;
  readonly error: ErrorKey;
}

/** A whole number of seconds from `minimum` to `maximum`, both included. */
export interface SecondsRow extends Row {
  readonly kind: "seconds";
  readonly minimum: number;
  readonly maximum: number;
  readonly fallback: number;
  readonly error: ErrorKey;
}

/**
 * Words separated by commas, whatever their case. Words that are in no list are left for the caller to judge: which
 * answer they get depends on other parameters.
 */
export interface WordListRow<Word extends string = string> extends Row {
  readonly kind: "wordList";
  readonly words: readonly Word[];
}

/**
 * One query parameter. Every parameter is optional; an empty value counts as absent. Lists that are repeated are joined;
 * single values may be repeated, but not contradict each other.
 */
export type ParameterRow = WordRow | FlagRow | SecondsRow | WordListRow;
/** Query parameters by name, in the order in which they are checked. */
export type ParameterTable = Readonly<Record<string, ParameterRow>>;

type ParameterValue<R extends ParameterRow> =
  R extends WordRow<infer Word>
    ? Word
    : R extends FlagRow
      ? boolean
      : R extends SecondsRow
        ? number
        : R extends WordListRow
          ? readonly string[]
          : never;

/** What {@link readParameters} gives for a table. Lists hold lower-case words. */
export type ParameterValues<Table extends ParameterTable> = {
  readonly [Name in keyof Table]: ParameterValue<Table[Name]>;
};

function readRow(row: ParameterRow, given: readonly string[]): unknown {
  if (row.kind === "wordList")
    return [...new Set(given.join(",").toLowerCase().split(","))].filter((word) => word !== "");
  // An empty value equals an absent one: an old client always sends `returnFaceAttributes=`.
  const [value = row.fallback, ...others] = given
    .filter((text) => text !== "")
    .map((text) => readValue(row, text));
  // Of two that say different things, nobody knows which was meant.
  if (others.some((other) => other !== value)) throw new ContractError(row.error);
  return value;
}

function readValue(
  row: Exclude<ParameterRow, WordListRow>,
  value: string,
): string | boolean | number {
  const word = value.toLowerCase();
  if (row.kind === "word") {
    const found = row.words.find((candidate) => candidate.toLowerCase() === word);
    if (found === undefined) throw new ContractError(row.error);
    return found;
  }
  if (row.kind === "flag") {
    if (word !== "true" && word !== "false") throw new ContractError(row.error);
    return word === "true";
  }
  const seconds = /^\d{1,9}$/.test(value) ? Number(value) : NaN;
  if (!(seconds >= row.minimum && seconds <= row.maximum)) throw new ContractError(row.error);
  return seconds;
}

/**
 * Reads a query in the order of the table's rows; the first row that is wrong names the error. Names are read whatever
 * their case, as ASP.NET reads them: whoever writes `returnfaceid=false` does not want his faces kept.
 * @throws ContractError
 */
export function readParameters<const Table extends ParameterTable>(
  table: Table,
  query: URLSearchParams,
): ParameterValues<Table> {
  const given = new Map<string, string[]>();
  for (const [name, value] of query) {
    const plain = name.toLowerCase();
    const values = given.get(plain);
    if (values === undefined) given.set(plain, [value]);
    else values.push(value);
  }
  return Object.fromEntries(
    Object.entries(table).map(([name, row]) => [
      name,
      readRow(row, given.get(name.toLowerCase()) ?? []),
    ]),
  ) as ParameterValues<Table>;
}
