import { rmSync } from "node:fs";
import { describeStore } from "./conformance.js";
import { openLmdbIn, SettableClock, temporaryFolder } from "./faces.js";

describeStore("LMDB", () => {
  const folder = temporaryFolder();
  const clock = new SettableClock();
  const open = () => openLmdbIn(folder, { clock: clock.sources });
  const [one, other] = [open(), open()];
  return Promise.resolve({
    one,
    other,
    pass: (milliseconds: number) => {
      clock.time += milliseconds;
      return Promise.resolve();
    },
    reopen: () => Promise.resolve(open()),
    async close() {
      await one.close();
      await other.close();
      rmSync(folder, { recursive: true });
    },
  });
});
