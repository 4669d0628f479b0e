import { RestError } from "@mien/client";
import { expect, it } from "vitest";
import { exitCodes } from "./exit-codes.js";
import { describeFailure } from "./failure.js";

it.each([
  [401, "401", exitCodes.credential],
  [403, "Forbidden", exitCodes.credential],
  [403, "UnsupportedFeature", exitCodes.refused],
  [400, "BadArgument", exitCodes.refused],
  [404, "FaceNotFound", exitCodes.refused],
  [429, "RateLimitExceeded", exitCodes.unavailable],
  [503, "ServiceUnavailable", exitCodes.unavailable],
])("an answer of %i %s ends the command with its own exit code", (statusCode, code, exitCode) => {
  const error = new RestError("what the service said", { statusCode, code });
  expect(describeFailure(error)).toEqual({ code, message: "what the service said", exitCode });
});

it("no answer at all is a service that cannot be reached", () => {
  expect(describeFailure(new RestError("refused", { code: "ECONNREFUSED" })).exitCode).toBe(
    exitCodes.unavailable,
  );
});
