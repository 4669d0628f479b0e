/** `npm run bench:accuracy`: measures on pictures with truth, prints a table and writes JSON. */
import { mkdir, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { requireData } from "./data-folder.js";
import { measureLfw } from "./lfw.js";

requireData();
const lfw = await measureLfw("recognition_04");
const share = (count: number): string =>
  `${count} (${((100 * count) / lfw.pictures).toFixed(2)} %)`;
console.log(`LFW verification through REST, detection_03 and ${lfw.recognitionModel}`);
console.log(`  accuracy at confidence 0.5   ${lfw.accuracy.toFixed(2)} % of ${lfw.pairs} pairs`);
console.log(`  strangers accepted           ${lfw.falseAccepts}`);
console.log(`  people rejected              ${lfw.falseRejects}`);
console.log(`  pictures without a face      ${share(lfw.picturesWithoutFace)}`);
console.log(`  pictures with a wrong face   ${share(lfw.picturesWithWrongFace)}`);
const folder = fileURLToPath(new URL("../../results", import.meta.url));
await mkdir(folder, { recursive: true });
await writeFile(`${folder}/accuracy.json`, `${JSON.stringify({ lfw }, undefined, 2)}\n`);
