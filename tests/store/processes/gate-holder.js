// A process in the middle of a commit: `node gate-holder.js <folder> <milliseconds>` says `in` when it is in the store's gate, stays
// so long and writes a file `through` before it leaves.
import { writeFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { CommitGate } from "@mien/gallery/commit-gate";

const [folder, milliseconds] = process.argv.slice(2);
const gate = CommitGate.in(join(folder, "gallery"));
await gate.pass(async () => {
  writeSync(1, "in\n");
  await setTimeout(Number(milliseconds));
  writeFileSync(join(folder, "through"), "");
});
await gate.close();
