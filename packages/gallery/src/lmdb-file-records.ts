/**
 * A store's own records, read from its database's file without opening it: whoever opens it writes to the file of its locks,
 * which servers use, and makes that where it is absent.
 */
import { closeSync, openSync, readSync } from "node:fs";
import { type FileHead, readHead } from "./lmdb-file-head.js";

/** The database of the store's own records, so few that each tree on the way to them is one page. */
export const recordsName = "meta";

/** Of a page: flags (2), bytes of the places of its nodes (2), then those places (2 each), counted from the header's end. */
const page = { flagsAt: 18, placesAt: 20, headerBytes: 24, leaf: 2 } as const;
/** Of a node: bytes of its value (4), flags (2), bytes of its key (2), key, value. */
const node = { keyBytesAt: 6, keyAt: 8 } as const;
/** Of a named database in the tree of names: the number of its root's page. */
const rootAt = 40;

/**
 * The value of a record; `undefined` when there is none.
 * @throws the system's error for a file that cannot be read, RangeError for one that is damaged.
 */
export function readFileRecord(path: string, key: string): Buffer | undefined {
  const file = openSync(path, "r");
  try {
    for (;;) {
      const head = readHead(file);
      if (head === undefined) return undefined;
      const tree = valueIn(file, head, head.root, `${recordsName}\0`);
      const value = tree && valueIn(file, head, tree.readBigUInt64LE(rootAt), key);
      // No page of the last transaction is written over before the next one is through.
      if (readHead(file)?.transaction === head.transaction) return value;
    }
  } finally {
    closeSync(file);
  }
}

/** Of a tree that is one page; `undefined` also where the tree is empty. */
function valueIn(file: number, head: FileHead, root: bigint, key: string): Buffer | undefined {
  // The number of no page is the greatest there is.
  if (root > head.lastPage) return undefined;
  const leaf = Buffer.alloc(head.pageSize);
  readSync(file, leaf, 0, head.pageSize, Number(root) * head.pageSize);
  if ((leaf.readUInt16LE(page.flagsAt) & page.leaf) === 0) return undefined;
  const nodes = leaf.subarray(page.headerBytes);
  for (let place = 0; place < leaf.readUInt16LE(page.placesAt); place += 2) {
    const own = nodes.subarray(nodes.readUInt16LE(place));
    const valueAt = node.keyAt + own.readUInt16LE(node.keyBytesAt);
    if (own.toString("latin1", node.keyAt, valueAt) === key)
      return own.subarray(valueAt, valueAt + own.readUInt32LE());
  }
  return undefined;
}
