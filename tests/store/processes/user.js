// A process that uses a store and tells what happened: `node user.js <folder> fill|read <file>`.
// `fill` puts faces until one fails, then tries once more; `read` asks for the faces that are listed in the file, one by one.
// It prints one line of JSON.
import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { openLmdbStore } from "@mien/gallery/lmdb-store";
import { masterKeysFromText } from "@mien/gallery/master-keys";

const [folder, what, file] = process.argv.slice(2);
const told = { put: [], right: 0, absent: 0, refused: 0, wrong: 0, damaged: 0, errors: [] };
const tell = () => console.log(JSON.stringify(told));
const fail = (error) => {
  const { name, message } = error;
  if (told.errors.some((known) => known.message === message)) return;
  told.errors.push({ name, message, reason: error.cause?.message });
};
let store;
try {
  store = openLmdbStore({
    directory: join(folder, "gallery"),
    keyDirectory: join(folder, "keys"),
    masterKeys: masterKeysFromText("11".repeat(32)),
    sweepInterval: 0,
  });
} catch (error) {
  fail(error);
  tell();
  process.exit();
}
const read = async (faces) => {
  for (const [faceId, value] of faces) {
    try {
      const [found] = await store.get("one", [faceId]);
      if (found === undefined) told.absent++;
      else if (found.faceId === faceId && Math.abs(found.embedding[0] - value) < 0.01) told.right++;
      else told.wrong++;
    } catch (error) {
      told.refused++;
      fail(error);
    }
  }
};
if (what === "fill") {
  for (let failures = 0; failures < 2;) {
    const faceId = randomUUID();
    const embedding = Float32Array.from({ length: 832 }, () => Math.random() - 0.5);
    try {
      await store.put("one", [{ faceId, recognitionModel: "m", embedding }], 3_600_000);
      told.put.push([faceId, embedding[0]]);
      if (told.put.length === 20_000) break;
    } catch (error) {
      failures++;
      fail(error);
    }
  }
  await read(told.put);
} else {
  await read(JSON.parse(readFileSync(file, "utf8")));
  told.damaged = (await store.examine()).damaged;
}
tell();
process.exit();
