/**
 * Every TypeScript block in README.md, CONTRIBUTING.md and docs/ is type-checked against the packages as users import
 * them, and run against a real server; so are the shell blocks that are fenced as `sh run`. A block that only continues
 * an earlier one is fenced as `ts continued` and is taken together with it; `ts not-run` is checked only.
 */
import { spawn } from "node:child_process";
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join, relative } from "node:path";
import ts from "typescript";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { mienScript, photographs, startServer, type RunningServer } from "../cli/running-server.js";
import { strictOptions } from "../../tools/documentation/strict-options.js";

const root = join(import.meta.dirname, "../..");

interface CodeBlock {
  readonly page: string;
  readonly line: number;
  code: string;
  readonly run: boolean;
}

function markdownPages(): string[] {
  const docs = readdirSync(join(root, "docs"), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".md"))
    .map((name) => join(root, "docs", name));
  const own = [
    "README.md",
    "CONTRIBUTING.md",
    "packages/client/README.md",
    "packages/cli/README.md",
  ];
  return [...own.map((name) => join(root, name)), ...docs];
}

function typescriptBlocks(page: string): CodeBlock[] {
  const blocks: CodeBlock[] = [];
  const text = readFileSync(page, "utf8");
  for (const match of text.matchAll(/^```ts( continued| not-run)?\n([\s\S]*?)^```$/gm)) {
    const previous = blocks.at(-1);
    if (match[1] === " continued" && previous !== undefined) previous.code += match[2]!;
    else
      blocks.push({
        page: relative(root, page),
        line: lineOf(text, match.index),
        code: match[2]!,
        run: match[1] !== " not-run",
      });
  }
  return blocks;
}

function shellBlocks(page: string): CodeBlock[] {
  const text = readFileSync(page, "utf8");
  return [...text.matchAll(/^```sh( run)?\n([\s\S]*?)^```$/gm)].map((match) => ({
    page: relative(root, page),
    line: lineOf(text, match.index),
    code: match[2]!,
    run: match[1] !== undefined,
  }));
}

function lineOf(text: string, index: number): number {
  return text.slice(0, index).split("\n").length;
}

const blocks = markdownPages().flatMap(typescriptBlocks);

// Inside the repository, so that packages resolve as they do for a user of the workspace.
const folder = mkdtempSync(join(import.meta.dirname, "blocks-"));
let server: RunningServer;
beforeAll(async () => {
  server = await startServer({ MIEN_API_KEYS: "the key" });
  // What the blocks find around them.
  for (const name of ["one.jpg", "two.jpg", "photo.jpg"])
    copyFileSync(photographs[2]!, join(folder, name));
  for (const album of ["album", "photos"]) {
    mkdirSync(join(folder, album));
    copyFileSync(photographs[2]!, join(folder, album, "holiday.jpg"));
  }
  mkdirSync(join(folder, ".mien"));
  symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
  writeFileSync(join(folder, ".mien/key"), "the key\n");
});
afterAll(async () => {
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** Runs a program among the pictures; the address in the documentation is where the server of this test is. */
function run(
  command: string,
  arguments_: readonly string[],
): Promise<{ code: number | null; written: string }> {
  const child = spawn(command, arguments_, {
    cwd: folder,
    env: { ...process.env, MIEN_KEY: undefined },
  });
  let written = "";
  for (const stream of [child.stdout, child.stderr])
    stream.on("data", (chunk: Buffer) => (written += chunk.toString()));
  return new Promise((resolve) => child.once("close", (code) => resolve({ code, written })));
}
const atServer = (code: string) => code.replaceAll("http://127.0.0.1:5050", server.endpoint);

const files = blocks.map((block, index) => {
  const file = join(folder, `block-${index}.ts`);
  writeFileSync(file, `export {};\n${block.code}`);
  return file;
});
const program = ts.createProgram(files, {
  ...strictOptions,
  lib: ["lib.es2023.d.ts", "lib.dom.d.ts"],
});

describe("TypeScript blocks of the documentation", () => {
  it("exist", () => {
    expect(blocks.length).toBeGreaterThan(0);
  });

  it.each(blocks.map((block, index) => ({ ...block, index })))(
    "$page:$line compiles",
    ({ index }) => {
      const source = program.getSourceFile(files[index]!);
      const problems = ts
        .getPreEmitDiagnostics(program, source)
        .map((diagnostic) => ts.flattenDiagnosticMessageText(diagnostic.messageText, "\n"));
      expect(problems).toEqual([]);
    },
  );

  it.each(blocks.filter((block) => block.run))("$page:$line runs", async ({ page, line, code }) => {
    const file = join(folder, `run-${page.replaceAll("/", "-")}-${line}.mjs`);
    const { outputText } = ts.transpileModule(atServer(code), {
      compilerOptions: { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext },
    });
    writeFileSync(file, outputText);
    const { code: exit, written } = await run(process.execPath, [file]);
    expect(written).not.toContain("Error");
    expect(exit, written).toBe(0);
  });
});

describe("shell blocks of the documentation", () => {
  const shell = markdownPages().flatMap(shellBlocks);

  it.each(shell)("$page:$line is a shell's", async ({ code }) => {
    const { code: exit, written } = await run("bash", ["-n", "-c", code]);
    expect(exit, written).toBe(0);
  });

  it.each(shell.filter((block) => block.run))("$page:$line runs", async ({ code }) => {
    const script = [
      "set -eo pipefail",
      `mien() { ${process.execPath} ${mienScript} "$@"; }`,
      'npm() { [ "$1 $2 $3" = "run mien --" ] && shift 3 && mien "$@"; }',
      atServer(code),
    ].join("\n");
    const { code: exit, written } = await run("bash", ["-c", script]);
    expect(exit, written).toBe(0);
    expect(written).not.toContain('{"error"');
  });
});
