/**
 * One process that opens a store and measures it: `node measure.js <folder> <count>` prints JSON. A process of its own, so that
 * its start and its memory are those of a server that finds so many faces there.
 */
import { readFileSync } from "node:fs";
import { dayMilliseconds, faceIdOf, faceOf, openStoreIn, tenant } from "./bench-faces.js";

export interface Measured {
  readonly faces: number;
  readonly bytesPerFace: number;
  /** From opening the store to the first face found. */
  readonly startMilliseconds: number;
  /** One face, drawn at random among all that live, the median. */
  readonly readMicroseconds: number;
  /** The same faces once more, when this process has mapped their pages. */
  readonly readAgainMicroseconds: number;
  /** Pages that a read had to map, and those that it had to wait for the disk for. */
  readonly faultsPerRead: number;
  readonly diskReadsPerRead: number;
  /** Each of a thousand faces of one call, as findSimilar reads them. */
  readonly readOfThousandMicroseconds: number;
  /** One face, until it is on the disk, the median. */
  readonly insertMilliseconds: number;
  /** Each of the faces of 200 calls of 5 faces at once. */
  readonly insertTogetherMicroseconds: number;
  /** Each face that has expired. */
  readonly sweepMicroseconds: number;
  /** Of the process, the pages of the file that it maps apart: those belong to the system's cache. */
  readonly ownMegabytes: number;
  readonly mappedMegabytes: number;
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]!;
}

function megabytes(field: string): number {
  const status = readFileSync("/proc/self/status", "utf8");
  return Number(new RegExp(`${field}:\\s+(\\d+) kB`).exec(status)?.[1] ?? Number.NaN) / 1024;
}

const [folder = "", text = ""] = process.argv.slice(2);
const count = Number(text);

const started = performance.now();
const store = openStoreIn(folder);
const random = (): number => Math.floor(Math.random() * count);
const [first] = await store.get(tenant, [faceIdOf(random())]);
const startMilliseconds = performance.now() - started;
if (first === undefined) throw new Error("a face is missing");

/** Microseconds of one call. */
async function time(work: () => Promise<unknown>): Promise<number> {
  const before = performance.now();
  await work();
  return (performance.now() - before) * 1000;
}

/** Random faces; their names are made before the clock runs. */
const names = (length: number): string[] => Array.from({ length }, () => faceIdOf(random()));
const found = async (ids: readonly string[]): Promise<void> => {
  if ((await store.get(tenant, ids)).includes(undefined)) throw new Error("a face is missing");
};

await found(names(2000));
/** The median of reading each alone. */
async function readEach(ids: readonly string[]): Promise<number> {
  const single: number[] = [];
  for (const id of ids) single.push(await time(() => found([id])));
  return median(single);
}
const some = names(20_000);
const before = process.resourceUsage();
const readMicroseconds = await readEach(some);
const after = process.resourceUsage();
const readAgainMicroseconds = await readEach(some);
const thousands: number[] = [];
for (let i = 0; i < 20; i++) {
  const ids = names(1000);
  thousands.push((await time(() => found(ids))) / 1000);
}
const ownMegabytes = megabytes("RssAnon");
const mappedMegabytes = megabytes("RssFile");

// Faces above the count: they are swept below and leave the store as it was.
let next = count + 1_000_000_000;
const inserts: number[] = [];
for (let i = 0; i < 200; i++)
  inserts.push((await time(() => store.put(tenant, [faceOf(next++)], 1000))) / 1000);
const together = await time(() =>
  Promise.all(
    Array.from({ length: 200 }, () =>
      store.put(
        tenant,
        Array.from({ length: 5 }, () => faceOf(next++)),
        1000,
      ),
    ),
  ),
);
await new Promise((resolve) => setTimeout(resolve, 1100));
let swept = 0;
const sweeping = await time(async () => {
  swept = await store.sweep();
});
if (swept !== 1200) throw new Error(`${swept} faces were swept, not 1200`);
// One that lives is put and stays, so that the day's bucket is not only filled by the other process.
await store.put(tenant, [faceOf(count)], dayMilliseconds);
const { liveFaces, bytesOnDisk } = await store.statistics();
await store.close();

const measured: Measured = {
  faces: liveFaces,
  bytesPerFace: bytesOnDisk / liveFaces,
  startMilliseconds,
  readMicroseconds,
  readAgainMicroseconds,
  faultsPerRead: (after.minorPageFault - before.minorPageFault) / some.length,
  diskReadsPerRead: (after.majorPageFault - before.majorPageFault) / some.length,
  readOfThousandMicroseconds: median(thousands),
  insertMilliseconds: median(inserts),
  insertTogetherMicroseconds: together / 1000,
  sweepMicroseconds: sweeping / swept,
  ownMegabytes,
  mappedMegabytes,
};
console.log(JSON.stringify(measured));
