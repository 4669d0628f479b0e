/** Each operation of the contract's table: what it reads of a call, and which service answers it. */
import { readDetectParameters } from "@mien/contract/detect-parameters";
import { ContractError } from "@mien/contract/errors";
import { limits } from "@mien/contract/limits";
import type { ApiVersion } from "@mien/contract/names";
import type { OperationName } from "@mien/contract/operations";
import {
  readFindSimilarBody,
  readGroupBody,
  readUrlBody,
  readVerifyBody,
} from "@mien/contract/request-bodies";
import type { FaceService } from "@mien/service/face-service";
import type { CallBody } from "./call-body.js";
import type { StageTimes } from "./observability/observation.js";
import type { HoldBytes, ImageFetcher } from "./url-input/image-fetcher.js";

/** A 200 answer before it is written as JSON. */
export interface Answer {
  readonly body: unknown;
  readonly timings?: StageTimes;
}

/** The rest of a call, once its query was judged. */
export type AnswerCall = (call: {
  readonly tenant: string;
  readonly body: CallBody;
  /** Fires when the caller is gone. */
  readonly signal: AbortSignal;
  /** Takes how many bytes are held beside the body. @throws ContractError `overloaded` */
  readonly hold: HoldBytes;
  /** Takes what metrics and logs are to know. */
  readonly tell: (facts: {
    readonly pictureBytes?: number;
    readonly faces?: number;
    readonly stages?: StageTimes;
  }) => void;
}) => Promise<Answer>;

/** Judges the query before a body is read. @throws ContractError */
export type Handler = (query: URLSearchParams, version: ApiVersion) => AnswerCall;

/** What the handlers call. */
export interface HandlerParts {
  readonly service: FaceService;
  /** Absent: pictures by URL are switched off. */
  readonly fetcher: ImageFetcher | undefined;
  readonly allowRetired: boolean;
}

function pictureOfSize(picture: Uint8Array): Uint8Array {
  if (picture.length < limits.pictureBytes.minimum) throw new ContractError("imageTooSmall");
  if (picture.length > limits.pictureBytes.maximum) throw new ContractError("imageTooBig");
  return picture;
}

/** A handler for each operation; the type refuses a table that lacks one. */
export function faceHandlers(parts: HandlerParts): Readonly<Record<OperationName, Handler>> {
  const { service, fetcher, allowRetired } = parts;

  async function pictureOf(
    body: CallBody,
    signal: AbortSignal,
    hold: HoldBytes,
  ): Promise<Uint8Array> {
    if (body.kind === "picture") return pictureOfSize(body.bytes);
    const url = readUrlBody(body.value);
    if (fetcher === undefined) throw new ContractError("urlInvalid", { reason: "URL_INPUT_OFF" });
    return fetcher.fetch(url, signal, hold);
  }

  /** An operation of JSON alone; the pipeline lets no picture through to it. */
  const ofJson =
    (answer: (tenant: string, value: unknown, signal: AbortSignal) => Promise<unknown>): Handler =>
    () =>
    async ({ tenant, body, signal }) => {
      if (body.kind !== "json") throw new ContractError("mediaTypeInvalid");
      return { body: await answer(tenant, body.value, signal) };
    };

  return {
    detect: (query, version) => {
      const parameters = readDetectParameters(query, version, { allowRetired });
      return async ({ tenant, body, signal, hold, tell }) => {
        const picture = await pictureOf(body, signal, hold);
        tell({ pictureBytes: picture.byteLength });
        const { faces, timings } = await service.detect(tenant, picture, parameters, signal);
        tell({ faces: faces.length, stages: timings });
        return { body: faces, timings };
      };
    },
    verify: ofJson((tenant, value) => service.verify(tenant, readVerifyBody(value))),
    findSimilar: ofJson((tenant, value, signal) =>
      service.findSimilar(tenant, readFindSimilarBody(value), signal),
    ),
    group: ofJson((tenant, value, signal) => service.group(tenant, readGroupBody(value), signal)),
  };
}
