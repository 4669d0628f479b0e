/** Every package as npm would publish it: its manifest, its types, and its use from an empty project. */
import { execFileSync, type ExecFileSyncOptions, spawnSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { modelCards } from "@mien/models/registry";
import { publint } from "publint";
import { formatMessage } from "publint/utils";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

interface Manifest {
  readonly name: string;
  readonly private?: boolean;
  readonly exports: Record<string, unknown>;
}

const root = join(import.meta.dirname, "../..");
const packages = readdirSync(join(root, "packages"))
  .map((folder) => join(root, "packages", folder))
  .filter((folder) => existsSync(join(folder, "package.json")))
  .map((folder) => ({ folder, manifest: manifestOf(folder) }))
  .filter(({ manifest }) => manifest.private !== true);
/** With the page, which no program imports. */
const page = join(root, "apps/playground");
const published = [...packages, { folder: page, manifest: manifestOf(page) }];

function manifestOf(folder: string): Manifest {
  return JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as Manifest;
}

const workplace = mkdtempSync(join(tmpdir(), "packages-"));
const tarballs = new Map<string, string>();
afterAll(() => rmSync(workplace, { recursive: true, force: true }));

function npm(arguments_: string[], options: ExecFileSyncOptions): string {
  return execFileSync("npm", arguments_, {
    stdio: ["ignore", "pipe", "pipe"],
    encoding: "utf8",
    ...options,
  }) as string;
}

beforeAll(() => {
  for (const { folder, manifest } of published) {
    const [packed] = JSON.parse(
      npm(["pack", "--json", "--ignore-scripts", "--pack-destination", workplace], { cwd: folder }),
    ) as { filename: string }[];
    tarballs.set(manifest.name, join(workplace, packed!.filename));
  }
});

describe.each(packages.map(({ folder, manifest }) => [manifest.name, folder, manifest] as const))(
  "%s",
  (name, folder, manifest) => {
    it("has a manifest in which everything it names is there", async () => {
      const tarball = Uint8Array.from(readFileSync(tarballs.get(name)!)).buffer;
      const { messages, pkg } = await publint({ strict: true, pack: { tarball } });
      // A name may carry a scope of nobody's yet; everything else must be right.
      const faults = messages
        .filter(({ type }) => type !== "suggestion")
        .map((message) => formatMessage(message, pkg));
      expect(faults).toEqual([]);
    });

    it("has types that resolve in every mode that it supports", () => {
      // Packages without a main entry list theirs by pattern; a file stands for each.
      const entries = "." in manifest.exports ? [] : ["--entrypoints", ...someEntries(folder)];
      const attw = join(root, "node_modules/@arethetypeswrong/cli/dist/index.js");
      const output = execFileSync(
        process.execPath,
        [
          attw,
          tarballs.get(name)!,
          // The client is also for programs that still `require`; everything else is ES modules only.
          "--profile",
          name === "@mien/client" ? "strict" : "esm-only",
          "--format",
          "table-flipped",
          "--no-color",
          ...entries,
        ],
        { encoding: "utf8" },
      );
      // It exits with an error for any fault that these modes have.
      expect(output).toContain("🟢 (ESM)");
    });
  },
);

it.each(published.map(({ manifest }) => manifest.name))(
  "%s ships what it says on npm, and nothing else",
  (name) => {
    const at = unpacked(tarballs.get(name)!);
    const files = readdirSync(at, { recursive: true, encoding: "utf8" }).filter((name) =>
      statSync(join(at, name)).isFile(),
    );
    const belongs =
      /^(LICENSE|README\.md|package\.json|(onnx|weights)\/[\w-]+\.onnx|dist\/.+\.([cm]?js|d\.c?ts|js\.map|wasm|html|css|svg)|dist\/(accuracy\.json|licences\.txt))$/;
    expect(
      files.filter(
        (file) => !belongs.test(file) || /\.test\.|\/(build|documentation)\//.test(file),
      ),
    ).toEqual([]);
    expect(files).toEqual(expect.arrayContaining(["LICENSE", "README.md", "package.json"]));
    expect(files.some((file) => /^dist\/.+\.js$/.test(file))).toBe(true);
    expect(readFileSync(join(at, "LICENSE"), "utf8")).toBe(
      readFileSync(join(root, "LICENSE"), "utf8"),
    );
    // The sources are not there: a map without them in itself leads nowhere.
    for (const map of files.filter((file) => file.endsWith(".map"))) {
      const { sources, sourcesContent } = JSON.parse(readFileSync(join(at, map), "utf8")) as {
        sources: string[];
        sourcesContent?: string[];
      };
      expect(sourcesContent, map).toHaveLength(sources.length);
    }
  },
);

it("the networks come with the licence of every package that they were made of", () => {
  const licences = readFileSync(
    join(unpacked(tarballs.get("@mien/models")!), "dist/licences.txt"),
    "utf8",
  );
  for (const { source } of modelCards)
    if (source.kind === "package") {
      const section = licences
        .split("-".repeat(80))
        .find((text) => text.includes(`${source.package} ${source.version} (${source.licence})`));
      expect(section, source.package).toMatch(
        source.licence === "MIT" ? /Permission is hereby granted/ : /Apache License/,
      );
    }
});

function unpacked(tarball: string): string {
  const folder = mkdtempSync(join(workplace, "unpacked-"));
  execFileSync("tar", ["-xzf", tarball, "-C", folder]);
  return join(folder, "package");
}

function someEntries(folder: string): string[] {
  return readdirSync(join(folder, "dist"))
    .filter((file) => file.endsWith(".d.ts") && !file.includes(".test."))
    .map((file) => file.slice(0, -".d.ts".length))
    .slice(0, 3);
}

describe("an empty project", () => {
  const project = join(workplace, "project");

  it("installs the client, calls with it and type-checks against it", () => {
    mkdirSync(project);
    writeFileSync(
      join(project, "package.json"),
      '{ "name": "empty", "private": true, "type": "module" }',
    );
    npm(
      [
        "install",
        "--prefer-offline",
        "--no-audit",
        "--no-fund",
        tarballs.get("@mien/contract")!,
        tarballs.get("@mien/client")!,
      ],
      { cwd: project },
    );
    writeFileSync(
      join(project, "use.ts"),
      `import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { AzureKeyCredential, FaceClient, type FaceDetectionResult } from "@mien/client";

const server = createServer((request, response) => {
  request.resume().on("end", () =>
    response.setHeader("content-type", "application/json").end(JSON.stringify([
      { faceRectangle: { top: 1, left: 2, width: 3, height: 4 }, url: request.url },
    ])),
  );
});
server.listen(0, "127.0.0.1", async () => {
  const { port } = server.address() as AddressInfo;
  const client = new FaceClient(\`http://127.0.0.1:\${port}\`, new AzureKeyCredential("k"));
  const faces: FaceDetectionResult[] = await client.detect(new Uint8Array(1), { returnFaceId: false });
  console.log(JSON.stringify(faces));
  server.closeAllConnections();
  server.close();
});
`,
    );
    const typescript = join(root, "node_modules/typescript/bin/tsc");
    for (const [module, resolution] of [
      ["NodeNext", "NodeNext"],
      ["ESNext", "Bundler"],
    ] as const) {
      execFileSync(
        process.execPath,
        [
          typescript,
          "use.ts",
          "--strict",
          "--target",
          "ES2022",
          "--module",
          module,
          "--moduleResolution",
          resolution,
          "--types",
          "node",
          "--typeRoots",
          join(root, "node_modules/@types"),
          "--skipLibCheck",
          "false",
        ],
        { cwd: project, stdio: "pipe" },
      );
    }
    // A program may require what a library of its own imports; then `instanceof` must hold on either side.
    writeFileSync(
      join(project, "both.cjs"),
      `const required = require("@mien/client");
import("@mien/client").then((imported) => {
  const client = new required.FaceClient("https://face.example", new required.AzureKeyCredential("k"));
  console.log(client instanceof imported.FaceClient);
});
`,
    );
    const both = spawnSync(process.execPath, ["both.cjs"], { cwd: project, encoding: "utf8" });
    expect(both).toMatchObject({ stdout: "true\n", stderr: "" });
    // Tools that do not know that Node can require ES modules take the CommonJS file.
    const commonJs = "node_modules/@mien/client/dist/face-client.cjs";
    const required = execFileSync(
      process.execPath,
      ["--input-type=commonjs", "--print", `typeof require("./${commonJs}").FaceClient`],
      { cwd: project, encoding: "utf8" },
    );
    expect(required.trim()).toBe("function");
    const output = execFileSync(process.execPath, ["use.js"], { cwd: project, encoding: "utf8" });
    expect(JSON.parse(output)).toEqual([
      {
        faceRectangle: { top: 1, left: 2, width: 3, height: 4 },
        url: "/face/v1.1-preview.1/detect?returnFaceId=false",
      },
    ]);
  });
});
