import type * as models from "@mien/models/registry";
import { readModel } from "@mien/models/registry";
import { expect, it, vi } from "vitest";
import { Sessions } from "./sessions.js";

vi.mock("@mien/models/registry", async (original) => {
  const registry = await original<typeof models>();
  return { ...registry, readModel: vi.fn(registry.readModel) };
});

it("opens a network for the next picture that could not be opened for this one", async () => {
  const sessions = new Sessions();
  vi.mocked(readModel).mockRejectedValueOnce(new Error("EMFILE: too many open files"));
  await expect(sessions.open(["landmark-correction"])).rejects.toThrow("EMFILE");
  await sessions.open(["landmark-correction"]);
  expect(readModel).toHaveBeenCalledTimes(2);
});
