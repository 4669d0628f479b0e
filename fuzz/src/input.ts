import type { Random } from "./random.js";

/** What is sent: a call of an operation, or bytes that need not be HTTP. */
export type Input =
  | {
      readonly form: "call";
      readonly path: string;
      readonly contentType: string;
      readonly body: Buffer;
    }
  | { readonly form: "raw"; readonly bytes: Buffer };

export interface InputKind {
  readonly name: string;
  /** Out of a thousand inputs. */
  readonly share: number;
  make(random: Random): Input | Promise<Input>;
}

/** The key that the server under fuzz knows. */
export const fuzzKey = "fuzz-key";

/** A faceId of the right form that nobody has. */
export function someFaceId(random: Random): string {
  const digits = random.bytes(16).toString("hex");
  return digits.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}
