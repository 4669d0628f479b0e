/** Ways to spoil what was good. */
import type { Random } from "./random.js";

const edges = [0, 1, 2, 0x7f, 0x80, 0xff, 0x100, 0x7fff, 0x8000, 0xffff, 0x7fffffff, 0xffffffff];

/** One change of a file: a byte, a bit, a number at the edge of its range, a piece gone, doubled or put elsewhere. */
function mutateOnce(random: Random, bytes: Buffer): Buffer {
  if (bytes.length === 0) return random.bytes(random.below(8));
  // Headers are hit more often than what follows them.
  const at = random.chance(0.5)
    ? random.below(Math.min(bytes.length, 100))
    : random.below(bytes.length);
  const piece = bytes.subarray(at, at + 1 + random.below(32));
  switch (random.below(8)) {
    case 0:
      bytes[at] = random.below(256);
      return bytes;
    case 1:
      bytes[at] = bytes[at]! ^ (1 << random.below(8));
      return bytes;
    case 2: {
      const value = random.pick(edges);
      if (at + 4 > bytes.length) return bytes;
      if (random.chance(0.5)) bytes.writeUInt32LE(value, at);
      else bytes.writeUInt32BE(value, at);
      return bytes;
    }
    case 3:
      if (at + 2 <= bytes.length) bytes.writeUInt16BE(random.pick(edges) & 0xffff, at);
      return bytes;
    case 4:
      return bytes.subarray(0, at);
    case 5:
      return Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + piece.length)]);
    case 6:
      return Buffer.concat([bytes.subarray(0, at), piece, bytes.subarray(at)]);
    default:
      return Buffer.concat([
        bytes.subarray(0, at),
        random.bytes(random.below(16)),
        bytes.subarray(at),
      ]);
  }
}

export function mutateBytes(random: Random, bytes: Uint8Array): Buffer {
  let mutated: Buffer = Buffer.from(bytes);
  for (let count = 1 + random.below(6); count > 0; count--) mutated = mutateOnce(random, mutated);
  return mutated;
}

const oddText = [
  "",
  " ",
  "\0",
  "null",
  "true",
  "__proto__",
  "constructor",
  "toString",
  "\ud800",
  "\u202e",
  "../../etc/passwd",
  "'; drop table faces; --",
  "${7*7}",
  "%s%n",
  "<script>",
  "x".repeat(3000),
  "-1",
  "1e309",
  "detection_04",
  "00000000-0000-0000-0000-000000000000",
  "FFFFFFFF-FFFF-4FFF-8FFF-FFFFFFFFFFFF",
];

export function oddString(random: Random): string {
  return random.chance(0.7)
    ? random.pick(oddText)
    : random.bytes(random.below(20)).toString("latin1");
}

function oddValue(random: Random): unknown {
  return random.pick<() => unknown>([
    () => null,
    () => random.chance(0.5),
    () => random.pick([0, -1, 1, 1.5, 1e308, -0, 2 ** 53, 1001]),
    () => oddString(random),
    () => [],
    () => ({}),
    () => [[[[oddString(random)]]]],
    () => ({ [oddString(random)]: oddString(random) }),
    () => Array.from({ length: random.below(1500) }, () => oddString(random).slice(0, 40)),
  ])();
}

/** Puts something odd into a JSON value: in the place of a member, beside it, or as its name. */
export function mutateJson(random: Random, value: unknown): unknown {
  if (random.chance(0.15)) return oddValue(random);
  if (Array.isArray(value)) {
    const list = [...(value as unknown[])];
    if (list.length === 0 || random.chance(0.3)) list.push(oddValue(random));
    else {
      const at = random.below(list.length);
      if (random.chance(0.2)) list.splice(at, 1);
      else list[at] = mutateJson(random, list[at]);
    }
    return list;
  }
  if (typeof value === "object" && value !== null) {
    const entries = Object.entries(value);
    if (entries.length === 0 || random.chance(0.2))
      entries.push([oddString(random), oddValue(random)]);
    else {
      const at = random.below(entries.length);
      const [name, member] = entries[at]!;
      if (random.chance(0.1)) entries.splice(at, 1);
      else
        entries[at] = random.chance(0.1)
          ? [oddString(random), member]
          : [name, mutateJson(random, member)];
    }
    return Object.fromEntries(entries);
  }
  return oddValue(random);
}

/** Spoils a text letter by letter. */
export function mutateText(random: Random, text: string): string {
  return mutateBytes(random, Buffer.from(text)).toString("latin1");
}
