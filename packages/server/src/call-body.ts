/** Bodies by their content type: a picture's bytes, or JSON. */
import { ContractError } from "@mien/contract/errors";
import { limits } from "@mien/contract/limits";
import { mediaTypes, type OperationRow } from "@mien/contract/operations";

export type BodyKind = "picture" | "json";

export type CallBody =
  | { readonly kind: "picture"; readonly bytes: Uint8Array }
  | { readonly kind: "json"; readonly value: unknown };

/**
 * By the content type without its parameters: clients send `application/json; charset=utf-8` and its like.
 * @throws ContractError `mediaTypeInvalid`
 */
export function bodyKind(contentType: string | undefined, operation: OperationRow): BodyKind {
  const type = (contentType ?? "").split(";", 1)[0]!.trim().toLowerCase();
  if (type === mediaTypes.json) return "json";
  if (type === mediaTypes.octets && operation.takesPicture) return "picture";
  throw new ContractError("mediaTypeInvalid");
}

/** Refuses what announces itself as too long, before it is read. @throws ContractError */
export function checkAnnouncedLength(kind: BodyKind, contentLength: string | undefined): void {
  const length = Number(contentLength ?? 0);
  if (kind === "json" && length > limits.jsonBytes) throw new ContractError("bodyTooBig");
  if (kind === "picture" && length > limits.pictureBytes.maximum)
    throw new ContractError("imageTooBig");
}

const utf8 = new TextDecoder("utf-8", { fatal: true });

function parseJson(bytes: Buffer): unknown {
  if (bytes.length === 0) throw new ContractError("bodyInvalid");
  if (bytes.length > limits.jsonBytes) throw new ContractError("bodyTooBig");
  try {
    return JSON.parse(utf8.decode(bytes));
  } catch (cause) {
    throw new ContractError("jsonInvalid", { cause });
  }
}

/** @param body as Fastify read it: bytes, or nothing. @throws ContractError */
export function callBody(kind: BodyKind, body: unknown): CallBody {
  const bytes = Buffer.isBuffer(body) ? body : Buffer.alloc(0);
  return kind === "picture" ? { kind, bytes } : { kind, value: parseJson(bytes) };
}
