/**
 * `npm run bench:store [count ...]`: fills an embedded store and measures it at each count, by default at 10 thousand, 1 and 10
 * million faces; prints the table, writes `bench/results/store.json` and the plot `store.svg`. `MIEN_BENCH_FOLDER` says where the
 * store is made (10 million faces need 20 GB there); it is removed at the end.
 */
import { execFile } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { dayMilliseconds, faceOf, openStoreIn, tenant } from "./bench-faces.js";
import type { Measured } from "./measure.js";
import { plot } from "./plot.js";

const asked = process.argv.slice(2).map(Number);
const counts = asked.length > 0 ? asked : [10_000, 1_000_000, 10_000_000];
if (counts.some((count) => !Number.isInteger(count) || count < 1000))
  throw new Error("a count is a whole number from 1000");
counts.sort((a, b) => a - b);

const folder = await mkdtemp(join(process.env["MIEN_BENCH_FOLDER"] ?? tmpdir(), "mien-bench-"));
const results = fileURLToPath(new URL("../../results", import.meta.url));
await mkdir(results, { recursive: true });

/** Faces put in one call; in large stores more, since each commit writes nearly a page for each face. */
const piece = (done: number): number => (done < 100_000 ? 1000 : 20_000);

async function fill(from: number, to: number): Promise<void> {
  const store = openStoreIn(folder);
  const started = Date.now();
  let told = started;
  for (let number = from; number < to;) {
    const length = Math.min(piece(number), to - number);
    await store.put(
      tenant,
      Array.from({ length }, (_, index) => faceOf(number + index)),
      dayMilliseconds,
    );
    number += length;
    if (Date.now() - told > 15_000) {
      told = Date.now();
      const rate = ((number - from) / (told - started)) * 1000;
      process.stderr.write(
        `  fill: ${number} of ${to}, ${Math.round(rate)} faces/s, ${Math.round((to - number) / rate)} s left\n`,
      );
    }
  }
  await store.close();
}

const rows: Measured[] = [];
try {
  let done = 0;
  for (const count of counts) {
    // A face more is put by each measurement.
    await fill(done, count);
    done = count;
    const { stdout } = await promisify(execFile)(process.execPath, [
      fileURLToPath(new URL("measure.js", import.meta.url)),
      folder,
      String(count),
    ]);
    rows.push(JSON.parse(stdout) as Measured);
    const report = { machine: cpus()[0]?.model ?? "", node: process.version, rows };
    await writeFile(join(results, "store.json"), `${JSON.stringify(report, undefined, 1)}\n`);
    await writeFile(join(results, "store.svg"), plot(rows));
    process.stderr.write(`  measured at ${count}\n`);
  }
} finally {
  await rm(folder, { recursive: true, force: true });
}

const [least] = rows;
const ratio = (value: (row: Measured) => number, row: Measured): string =>
  `×${(value(row) / value(least!)).toFixed(2)}`;
console.log(
  "| Faces | Bytes each | Read, µs | Read again, µs | Pages mapped a read | Disk reads a read | Read of 1000, µs each | Insert alone, ms | Insert together, µs | Sweep, µs | Start, ms | Own memory, MB | File in memory, MB |",
);
console.log(
  "| ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |",
);
for (const row of rows)
  console.log(
    `| ${[
      row.faces.toLocaleString("en"),
      row.bytesPerFace.toFixed(0),
      `${row.readMicroseconds.toFixed(1)} (${ratio((one) => one.readMicroseconds, row)})`,
      `${row.readAgainMicroseconds.toFixed(1)} (${ratio((one) => one.readAgainMicroseconds, row)})`,
      row.faultsPerRead.toFixed(2),
      row.diskReadsPerRead.toFixed(3),
      `${row.readOfThousandMicroseconds.toFixed(1)} (${ratio((one) => one.readOfThousandMicroseconds, row)})`,
      `${row.insertMilliseconds.toFixed(2)} (${ratio((one) => one.insertMilliseconds, row)})`,
      `${row.insertTogetherMicroseconds.toFixed(0)} (${ratio((one) => one.insertTogetherMicroseconds, row)})`,
      row.sweepMicroseconds.toFixed(0),
      row.startMilliseconds.toFixed(0),
      row.ownMegabytes.toFixed(0),
      row.mappedMegabytes.toFixed(0),
    ].join(" | ")} |`,
  );
