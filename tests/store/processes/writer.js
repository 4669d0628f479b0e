// A process that serves from a store until it is killed: puts faces, sweeps, and reads back what it was answered.
// `node writer.js <folder> <tenant>` prints `put <faceId> <first number of the embedding>` once a put is answered, and
// `wrong <faceId>` when a face that was answered is not found. A line is written at once, so that a kill loses none.
import { randomUUID } from "node:crypto";
import { writeSync } from "node:fs";
import { join } from "node:path";
import { openLmdbStore } from "@mien/gallery/lmdb-store";
import { masterKeysFromText } from "@mien/gallery/master-keys";

const [folder, tenant] = process.argv.slice(2);
const store = openLmdbStore({
  directory: join(folder, "gallery"),
  keyDirectory: join(folder, "keys"),
  masterKeys: masterKeysFromText("11".repeat(32)),
  sweepInterval: 50,
});
const say = (line) => writeSync(1, `${line}\n`);
say("ready");
const own = [];
for (let round = 0; ; round++) {
  const faces = Array.from({ length: 1 + (round % 5) }, () => {
    const random = Float32Array.from({ length: 832 }, () => Math.random() - 0.5);
    const norm = Math.hypot(...random);
    const embedding = random.map((value) => value / norm);
    return { faceId: randomUUID(), recognitionModel: "recognition_04", embedding };
  });
  // Some expire at once, so that kills hit the sweeper too; those are not promised to anybody.
  const brief = round % 3 === 2;
  // A promise outlives the longest run.
  await store.put(tenant, faces, brief ? 30 : 86_400_000);
  if (brief) continue;
  for (const { faceId, embedding } of faces) {
    say(`put ${faceId} ${embedding[0]}`);
    own.push(faceId);
  }
  const asked = own[Math.floor(Math.random() * own.length)];
  const [found] = await store.get(tenant, [asked]);
  if (found?.faceId !== asked) say(`wrong ${asked}`);
}
