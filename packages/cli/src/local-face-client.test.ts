import { expect, it } from "vitest";
import { localFaceClient } from "./local-face-client.js";

it.each([0, -1, 1.5, NaN, 257])("refuses %d workers before anything is made", async (workers) => {
  await expect(localFaceClient({ workers })).rejects.toThrow(
    new RangeError(`workers must be a whole number from 1 to 256, not ${workers}`),
  );
});
