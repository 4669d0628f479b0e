/** Bodies by their content type: a picture's bytes, or JSON. */
import type { IncomingHttpHeaders } from "node:http";
import type { Readable } from "node:stream";
import { ContractError } from "@mien/contract/errors";
import { limits } from "@mien/contract/limits";
import { mediaTypes, type OperationRow } from "@mien/contract/operations";
import { CollectedBytes } from "./collected-bytes.js";

/** What a body's content type says it is. */
export type BodyKind = "picture" | "json";

/** A whole body; JSON is parsed and not yet checked. */
export type CallBody =
  | { readonly kind: "picture"; readonly bytes: Uint8Array }
  | { readonly kind: "json"; readonly value: unknown };

/** What each kind may hold, bytes, and what more than that is answered. */
const most = {
  picture: { bytes: limits.pictureBytes.maximum, error: "imageTooBig" },
  json: { bytes: limits.jsonBytes, error: "bodyTooBig" },
} as const;

/**
 * By the content type without its parameters: clients send `application/json; charset=utf-8` and its like. A body that is
 * compressed on top of that is refused by what it is, and not as a broken picture or broken JSON.
 * @throws ContractError `mediaTypeInvalid`
 */
export function bodyKind(headers: IncomingHttpHeaders, operation: OperationRow): BodyKind {
  const coding = (headers["content-encoding"] ?? "").trim().toLowerCase();
  if (coding !== "" && coding !== "identity") throw new ContractError("mediaTypeInvalid");
  const type = (headers["content-type"] ?? "").split(";", 1)[0]!.trim().toLowerCase();
  if (type === mediaTypes.json) return "json";
  if (type === mediaTypes.octets && operation.takesPicture) return "picture";
  throw new ContractError("mediaTypeInvalid");
}

/** Refuses what announces itself as too long, before it is read. @throws ContractError */
export function checkAnnouncedLength(kind: BodyKind, contentLength: string | undefined): void {
  const { bytes, error } = most[kind];
  if (Number(contentLength ?? 0) > bytes) throw new ContractError(error);
}

/** The most bytes of a body that will be held, by its headers: all that it may have where it does not say how long it is. */
export function expectedBytes(kind: BodyKind, headers: IncomingHttpHeaders): number {
  if (headers["content-length"] !== undefined) return Number(headers["content-length"]);
  return headers["transfer-encoding"] === undefined ? 0 : most[kind].bytes;
}

/** The bytes of a body, or that they were too many. */
export type ReceivedBody = Buffer | "tooLong";

/**
 * Reads a body whose length nobody may have announced. What is too long is known as soon as it is, and the rest is let
 * pass: a caller who is cut off while he sends learns of a broken connection instead of his mistake.
 * @param kind absent where no operation is: nothing is kept.
 * @throws ContractError `bodyInvalid` when it ends before its end.
 */
export function receiveBody(payload: Readable, kind: BodyKind | undefined): Promise<ReceivedBody> {
  const limit = kind === undefined ? 0 : most[kind].bytes;
  return new Promise((resolve, reject) => {
    const bytes = new CollectedBytes();
    payload.on("data", (chunk: Buffer) => {
      if (bytes.length > limit) return;
      bytes.add(chunk);
      if (bytes.length <= limit) return;
      bytes.drop();
      resolve("tooLong");
    });
    payload.once("end", () => resolve(bytes.all()));
    payload.once("error", (cause) => reject(new ContractError("bodyInvalid", { cause })));
  });
}

const utf8 = new TextDecoder("utf-8", { fatal: true });

function parseJson(bytes: Buffer): unknown {
  if (bytes.length === 0) throw new ContractError("bodyInvalid");
  try {
    return JSON.parse(utf8.decode(bytes));
  } catch (cause) {
    throw new ContractError("jsonInvalid", { cause });
  }
}

/** @param body as it was received; absent, the request had none. @throws ContractError */
export function callBody(kind: BodyKind, body: ReceivedBody | undefined): CallBody {
  if (body === "tooLong") throw new ContractError(most[kind].error);
  const bytes = body ?? Buffer.alloc(0);
  return kind === "picture" ? { kind, bytes } : { kind, value: parseJson(bytes) };
}
