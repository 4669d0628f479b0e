/** A server that cannot be made leaves nothing at work in the program that wanted it. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createServer } from "@mien/server/create-server";
import { afterAll, expect, it } from "vitest";

const folder = mkdtempSync(join(tmpdir(), "mien-refused-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it("a program ends on its own after a server was refused at its last step", () => {
  const program = `
    import { createServer } from "@mien/server/create-server";
    await createServer({
      dataDirectory: ${JSON.stringify(folder)},
      workers: 1,
      playground: true,
      playgroundDirectory: ${JSON.stringify(import.meta.filename)},
    }).catch(() => console.log("refused"));`;
  const { stdout, status } = spawnSync(
    process.execPath,
    ["--input-type=module", "--eval", program],
    { cwd: import.meta.dirname, encoding: "utf8", timeout: 120_000 },
  );
  expect({ stdout, status }).toEqual({ stdout: "refused\n", status: 0 });
});

it("a server with Redis and no place for a key says that a file of keys would do", async () => {
  const settings = { dataDirectory: join(import.meta.filename, "data"), workers: 1 };
  const reason = `MIEN_DATA_DIR: the folder ${settings.dataDirectory} cannot be created (ENOTDIR)`;
  await expect(createServer(settings)).rejects.toMatchObject({ message: reason });
  await expect(
    createServer({ ...settings, storeUrl: "redis://127.0.0.1:9" }),
  ).rejects.toMatchObject({
    message: `${reason}; without it, the server needs MIEN_KEYS_FILE`,
  });
});
