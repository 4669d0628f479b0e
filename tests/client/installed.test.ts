/** The whole product as npm would publish it, installed into an empty project and used there. */
import { execFileSync, spawn, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { photographs } from "../cli/running-server.js";

const root = join(import.meta.dirname, "../..");
const workplace = mkdtempSync(join(tmpdir(), "installed-"));
const project = join(workplace, "project");
const mien = join(project, "node_modules/.bin/mien");
afterAll(() => rmSync(workplace, { recursive: true, force: true }));

function run(command: string, arguments_: readonly string[], folder = project): string {
  return execFileSync(command, arguments_, {
    cwd: folder,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, MIEN_ENDPOINT: "", MIEN_WORKERS: "1" },
  });
}

beforeAll(() => {
  mkdirSync(project);
  writeFileSync(join(project, "package.json"), '{ "private": true, "type": "module" }');
  const folders = [
    ...readdirSync(join(root, "packages")).map((name) => join(root, "packages", name)),
    join(root, "apps/playground"),
  ];
  for (const folder of folders)
    run("npm", ["pack", "--silent", "--ignore-scripts", "--pack-destination", workplace], folder);
  const tarballs = readdirSync(workplace)
    .filter((name) => name.endsWith(".tgz"))
    .map((name) => join(workplace, name));
  expect(tarballs).toHaveLength(folders.length);
  // No package of Mien's runs a script when it is installed, nor needs one that does.
  run("npm", [
    "install",
    "--prefer-offline",
    "--no-audit",
    "--no-fund",
    "--ignore-scripts",
    ...tarballs,
  ]);
}, 300_000);

it("the command finds faces, and its models are as published", () => {
  const [{ faces }] = JSON.parse(
    run(mien, ["detect", photographs[2]!, "--json", "--workers", "1"]),
  ) as [{ faces: unknown[] }];
  expect(faces.length).toBeGreaterThanOrEqual(3);
  const { networks } = JSON.parse(run(mien, ["models", "--check", "--json"])) as {
    networks: { state: string }[];
  };
  expect(new Set(networks.map(({ state }) => state))).toEqual(new Set(["intact"]));
});

it("doctor mends a lost network by what works in an install", () => {
  const network = join(project, "node_modules/@mien/models/onnx/mesh.onnx");
  renameSync(network, `${network}.away`);
  const { status, stdout } = spawnSync(mien, ["doctor"], { cwd: project, encoding: "utf8" });
  renameSync(`${network}.away`, network);
  expect(status).toBe(1);
  expect(stdout).toMatch(
    /fail {2}Models.*\n +to fix: npm ci --include=optional --ignore-scripts\n/,
  );
});

it("localFaceClient works in a program, and its types check", () => {
  const program = `import { readFile } from "node:fs/promises";
import { localFaceClient } from "mien";
const client = await localFaceClient({ workers: 1 });
const faces = await client.detect(await readFile(process.argv[2]!), { returnFaceId: false });
const first: number | undefined = faces[0]?.faceRectangle.left;
console.log(faces.length, typeof first);
await client.close();
`;
  writeFileSync(join(project, "use.ts"), program);
  const types = [
    ...["--strict", "--target", "ES2022", "--module", "NodeNext", "--moduleResolution", "NodeNext"],
    ...["--types", "node", "--typeRoots", join(root, "node_modules/@types"), "--skipLibCheck"],
  ];
  run(process.execPath, [join(root, "node_modules/typescript/bin/tsc"), "use.ts", ...types]);
  expect(run(process.execPath, ["use.js", photographs[2]!])).toMatch(/^[3-9] number\n$/);
});

it("a CommonJS program passes a localFaceClient where it wants a FaceClient", () => {
  const program = `import { FaceClient } from "@mien/client";
import type { localFaceClient } from "mien";
export const take = (client: FaceClient): boolean => client instanceof FaceClient;
export const give = (client: Awaited<ReturnType<typeof localFaceClient>>): boolean => take(client);
`;
  writeFileSync(join(project, "common.cts"), program);
  const types = ["--strict", "--target", "ES2022", "--module", "NodeNext", "--noEmit"];
  const nodeTypes = ["--types", "node", "--typeRoots", join(root, "node_modules/@types")];
  const tsc = join(root, "node_modules/typescript/bin/tsc");
  run(process.execPath, [tsc, "common.cts", ...types, ...nodeTypes, "--skipLibCheck"]);
});

it("the server starts and serves the page", async () => {
  const child = spawn(mien, ["serve", "--port", "0", "--workers", "1", "--json"], {
    cwd: project,
    stdio: ["ignore", "pipe", "inherit"],
  });
  const { endpoint } = await new Promise<{ endpoint: string }>((resolve, reject) => {
    let written = "";
    child.stdout.on("data", (chunk: Buffer) => {
      written += chunk.toString();
      if (written.trimEnd().endsWith("}")) resolve(JSON.parse(written) as { endpoint: string });
    });
    child.once("exit", (code) => reject(new Error(`mien serve ended with ${code}`)));
  });
  const page = await fetch(endpoint);
  expect(page.status).toBe(200);
  expect(await page.text()).toContain("Mien playground");
  expect((await fetch(`${endpoint}/licences.txt`)).status).toBe(200);
  const exited = new Promise((resolve) => child.once("exit", resolve));
  child.kill("SIGTERM");
  expect(await exited).toBe(0);
});
