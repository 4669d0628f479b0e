/**
 * Tells who is in which photograph of a folder, in this process, without a server.
 *
 * Usage: photo-sorter FOLDER
 */
import { readFile, readdir } from "node:fs/promises";
import { join } from "node:path";
import { localFaceClient } from "mien";

const folder = process.argv[2] ?? ".";
const client = await localFaceClient();
const photographOf = new Map<string, string>();

const names = (await readdir(folder)).filter((name) => /\.(jpe?g|png|gif|bmp)$/i.test(name));
for (const name of names.sort()) {
  const faces = await client.detect(await readFile(join(folder, name)), {
    detectionModel: "detection_03",
    recognitionModel: "recognition_04",
    returnFaceId: true,
    faceIdTimeToLive: 3600,
  });
  for (const { faceId } of faces) photographOf.set(faceId!, name);
}

// One call takes up to 1000 faces; `mien sort` shows how to go beyond.
const { groups, messyGroup } = await client.group({ faceIds: [...photographOf.keys()] });
groups.forEach((faceIds, index) => {
  const photographs = new Set(faceIds.map((faceId) => photographOf.get(faceId)));
  console.log(`Person ${index + 1}: ${[...photographs].sort().join(", ")}`);
});
console.log(`Seen once: ${messyGroup.length} faces`);
await client.close();
