/**
 * Every TypeScript block in README.md and docs/ is type-checked against the packages as users import them. A block
 * that only continues an earlier one is fenced as `ts continued` and is checked together with it.
 */
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import ts from "typescript";
import { afterAll, describe, expect, it } from "vitest";

const root = join(import.meta.dirname, "../..");

interface CodeBlock {
  readonly page: string;
  readonly line: number;
  code: string;
}

function markdownPages(): string[] {
  const docs = readdirSync(join(root, "docs"), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".md"))
    .map((name) => join(root, "docs", name));
  return [join(root, "README.md"), join(root, "CONTRIBUTING.md"), ...docs];
}

function typescriptBlocks(page: string): CodeBlock[] {
  const blocks: CodeBlock[] = [];
  const text = readFileSync(page, "utf8");
  for (const match of text.matchAll(/^```ts( continued)?\n([\s\S]*?)^```$/gm)) {
    const line = text.slice(0, match.index).split("\n").length;
    const previous = blocks.at(-1);
    if (match[1] !== undefined && previous !== undefined) previous.code += match[2]!;
    else blocks.push({ page: relative(root, page), line, code: match[2]! });
  }
  return blocks;
}

const blocks = markdownPages().flatMap(typescriptBlocks);

// Inside the repository, so that packages resolve as they do for a user of the workspace.
const folder = mkdtempSync(join(import.meta.dirname, "blocks-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const files = blocks.map((block, index) => {
  const file = join(folder, `block-${index}.ts`);
  writeFileSync(file, `export {};\n${block.code}`);
  return file;
});
const program = ts.createProgram(files, {
  target: ts.ScriptTarget.ES2022,
  module: ts.ModuleKind.NodeNext,
  moduleResolution: ts.ModuleResolutionKind.NodeNext,
  strict: true,
  noEmit: true,
  skipLibCheck: true,
  lib: ["lib.es2023.d.ts", "lib.dom.d.ts"],
  types: ["node"],
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
});
