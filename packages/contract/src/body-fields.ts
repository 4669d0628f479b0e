/** Members of JSON bodies as rows of a table: from one row come the reader, the TypeScript type and the JSON schema. */
import { ContractError, type ErrorKey } from "./errors.js";

interface Row {
  /** One sentence for the documentation. */
  readonly meaning: string;
}

/** A faceId, required. */
export interface FaceIdRow extends Row {
  readonly kind: "faceId";
}

/** A list of faceIds, required; `minimum` and `maximum` bound its length and are included. */
export interface FaceIdListRow extends Row {
  readonly kind: "faceIdList";
  readonly minimum: number;
  readonly maximum: number;
}

/** A whole number from `minimum` to `maximum`, both included; `fallback` is taken where it is absent or null. */
export interface CountRow extends Row {
  readonly kind: "count";
  readonly minimum: number;
  readonly maximum: number;
  readonly fallback: number;
  readonly error: ErrorKey;
}

/** One of a closed list of words, in any case; `fallback` is taken where it is absent or null. */
export interface ChoiceRow<Word extends string = string> extends Row {
  readonly kind: "choice";
  readonly words: readonly Word[];
  readonly fallback: Word;
  readonly error: ErrorKey;
}

/** The address of a picture, required. Whether it is a URL that may be read is checked where it is fetched. */
export interface AddressRow extends Row {
  readonly kind: "address";
}

/** One member of a JSON body. A row with a `fallback` is optional. */
export type BodyRow = FaceIdRow | FaceIdListRow | CountRow | ChoiceRow | AddressRow;
/** The members of a JSON body by name, in the order in which they are checked. */
export type BodyTable = Readonly<Record<string, BodyRow>>;

type BodyValue<R extends BodyRow> = R extends FaceIdRow | AddressRow
  ? string
  : R extends FaceIdListRow
    ? readonly string[]
    : R extends CountRow
      ? number
      : R extends ChoiceRow<infer Word>
        ? Word
        : never;

/** What {@link readBody} gives for a table. */
export type BodyValues<Table extends BodyTable> = {
  readonly [Name in keyof Table]: BodyValue<Table[Name]>;
};

/** A parsed JSON object whose members have not been checked. */
export type JsonObject = Readonly<Record<string, unknown>>;

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** @throws ContractError `bodyInvalid` when it is anything else. */
export function jsonObject(body: unknown): JsonObject {
  if (typeof body !== "object" || body === null || Array.isArray(body))
    throw new ContractError("bodyInvalid");
  return body as JsonObject;
}

/**
 * A member of a body, `undefined` where there is none; JSON null equals absence. Names are read whatever their case, as
 * ASP.NET reads them: scripts in use send `URL`.
 */
function memberOf(object: JsonObject, name: string): unknown {
  if (Object.hasOwn(object, name)) return object[name] ?? undefined;
  const plain = name.toLowerCase();
  const spelt = Object.keys(object).find((candidate) => candidate.toLowerCase() === plain);
  return spelt === undefined ? undefined : (object[spelt] ?? undefined);
}

/** Whether a body has a member. Names are compared in any case; null counts as absent. */
export function hasMember(object: JsonObject, name: string): boolean {
  return memberOf(object, name) !== undefined;
}

function readFaceId(value: unknown): string {
  if (typeof value !== "string") throw new ContractError("bodyInvalid");
  const faceId = value.toLowerCase();
  if (!uuid.test(faceId)) throw new ContractError("faceIdInvalid");
  return faceId;
}

function readRow(row: BodyRow, value: unknown): unknown {
  switch (row.kind) {
    case "faceId":
      return readFaceId(value);
    case "faceIdList":
      if (!Array.isArray(value)) throw new ContractError("bodyInvalid");
      if (value.length < row.minimum || value.length > row.maximum)
        throw new ContractError("faceIdsLengthInvalid");
      return value.map(readFaceId);
    case "count": {
      const count = value ?? row.fallback;
      if (typeof count !== "number" || !Number.isInteger(count)) throw new ContractError(row.error);
      if (count < row.minimum || count > row.maximum) throw new ContractError(row.error);
      return count;
    }
    case "choice": {
      const word = value ?? row.fallback;
      const found = row.words.find(
        (candidate) => typeof word === "string" && candidate.toLowerCase() === word.toLowerCase(),
      );
      if (found === undefined) throw new ContractError(row.error);
      return found;
    }
    case "address":
      if (typeof value !== "string") throw new ContractError("bodyInvalid");
      return value;
  }
}

/**
 * Reads a body in the order of the table's rows. Unknown members are ignored; null counts as absent.
 * @throws ContractError `bodyInvalid` when the body is not an object or a required member is absent or of another type,
 *   `faceIdInvalid` for text that is not a UUID, `faceIdsLengthInvalid`, or the `error` of the row.
 */
export function readBody<const Table extends BodyTable>(
  table: Table,
  body: unknown,
): BodyValues<Table> {
  const object = jsonObject(body);
  return Object.fromEntries(
    Object.entries(table).map(([name, row]) => [name, readRow(row, memberOf(object, name))]),
  ) as BodyValues<Table>;
}
