import { expect, it } from "vitest";
import { openUnlessAborted, unlessAborted } from "./interruption.js";

it("leaves work when the signal aborts, before or meanwhile", async () => {
  const controller = new AbortController();
  const waiting = unlessAborted(new Promise(() => undefined), controller.signal);
  expect(await unlessAborted(Promise.resolve("done"), controller.signal)).toBe("done");
  controller.abort();
  await expect(waiting).rejects.toMatchObject({ name: "AbortError" });
  await expect(unlessAborted(Promise.resolve(), controller.signal)).rejects.toMatchObject({
    name: "AbortError",
  });
});

it("closes what opens only after the abort", async () => {
  const controller = new AbortController();
  let open: (opened: { close(): Promise<void> }) => void;
  const opening = new Promise<{ close(): Promise<void> }>((resolve) => (open = resolve));
  const opened = openUnlessAborted(opening, controller.signal);
  controller.abort();
  await expect(opened).rejects.toMatchObject({ name: "AbortError" });
  await new Promise<void>((closed) => {
    open({ close: () => Promise.resolve(closed()) });
  });
});
