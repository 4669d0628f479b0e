/** The contract states what the decoder enforces; neither package knows the other. */
import { limits } from "@mien/contract/limits";
import { maximumPixels } from "@mien/vision/picture-pixels";
import { expect, it } from "vitest";

it("has as many pixels as the contract says", () => {
  expect(maximumPixels).toBe(limits.picturePixels.maximum);
});
