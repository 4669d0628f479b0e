import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { requireLinks } from "./photograph-links.js";

const folder = mkdtempSync(join(tmpdir(), "mien-links-"));
const otherDisk = "/dev/shm";
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it("leaves nothing behind where links can be made", async () => {
  const [photograph, people] = [join(folder, "a.jpg"), join(folder, "people")];
  writeFileSync(photograph, "");
  mkdirSync(people);
  await requireLinks([photograph], people);
  await requireLinks([photograph], join(folder, "not", "yet"));
  expect(readdirSync(folder).sort()).toEqual(["a.jpg", "people"]);
  expect(readdirSync(people)).toEqual([]);
});

it.skipIf(!existsSync(otherDisk) || statSync(otherDisk).dev === statSync(folder).dev)(
  "finds the one photograph of another disk",
  async () => {
    const [here, there] = [join(folder, "b.jpg"), mkdtempSync(join(otherDisk, "mien-links-"))];
    const photograph = join(there, "c.jpg");
    writeFileSync(here, "");
    writeFileSync(photograph, "");
    await expect(requireLinks([here, photograph], folder)).rejects.toThrow(
      `${folder} and ${photograph} are on different disks`,
    );
    rmSync(there, { recursive: true });
  },
);
