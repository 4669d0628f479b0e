/**
 * JSON as the service writes it: compact, members in the order of their schema, and a number that may have decimals
 * always with its point, `583.0`. Equal to `583` for most readers, but not for the strict ones.
 */
import type { TSchema } from "@sinclair/typebox";

interface SchemaParts {
  readonly type?: string;
  readonly properties?: Readonly<Record<string, TSchema>>;
  readonly items?: TSchema;
}

/** @throws TypeError when the value is not of the schema, which is a fault of ours. */
export function writeJson(schema: TSchema, value: unknown): string {
  const { type, properties, items } = schema as SchemaParts;
  if (type === "object" && properties !== undefined) {
    const members = value as Readonly<Record<string, unknown>>;
    const written: string[] = [];
    for (const [name, member] of Object.entries(properties))
      if (members[name] !== undefined)
        written.push(`${JSON.stringify(name)}:${writeJson(member, members[name])}`);
    return `{${written.join(",")}}`;
  }
  if (type === "array" && items !== undefined) {
    const written: string[] = [];
    for (const item of value as readonly unknown[]) written.push(writeJson(items, item));
    return `[${written.join(",")}]`;
  }
  if (type === "number" || type === "integer") {
    if (typeof value !== "number" || !Number.isFinite(value))
      throw new TypeError(`${String(value)} cannot be written as a number`);
    // Minus zero is no number of the wire.
    const number = value === 0 ? 0 : value;
    const text = String(number);
    return type === "number" && /^-?\d+$/.test(text) ? `${text}.0` : text;
  }
  return JSON.stringify(value);
}
