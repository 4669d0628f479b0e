/** The programs of training/ call rooms and benches that change without them: what they ask for must be there still. */
import { existsSync, readdirSync } from "node:fs";
import { join, relative } from "node:path";
import ts from "typescript";
import { expect, it } from "vitest";

const root = join(import.meta.dirname, "../..");

const options: ts.CompilerOptions = {
  target: ts.ScriptTarget.ES2022,
  module: ts.ModuleKind.NodeNext,
  moduleResolution: ts.ModuleResolutionKind.NodeNext,
  allowJs: true,
  checkJs: true,
  noEmit: true,
  skipLibCheck: true,
  lib: ["lib.es2023.d.ts"],
  types: ["node"],
};

/** TypeScript's numbers for a module, a member of a module and an argument that is not there. */
const missing: ReadonlySet<number> = new Set([2305, 2307, 2459, 2554, 2724]);

function scripts(): string[] {
  const folder = join(root, "training");
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".js"))
    .map((name) => join(folder, name));
}

/** Sources in place of what is built of them, for the benches are not built for the tests. */
function hostOfSources(): ts.CompilerHost {
  const host = ts.createCompilerHost(options);
  host.resolveModuleNameLiterals = (literals, from, _redirected, own, source) =>
    literals.map((literal) => {
      const built = join(from, "..", literal.text);
      const written = built.replace("/dist/", "/src/").replace(/\.js$/, ".ts");
      if (written !== built && existsSync(written))
        return { resolvedModule: { resolvedFileName: written, extension: ts.Extension.Ts } };
      const mode = ts.getModeForUsageLocation(source, literal, own);
      return ts.resolveModuleName(literal.text, from, own, host, undefined, undefined, mode);
    });
  return host;
}

it("find what they import, and call it with what it takes", () => {
  const files = scripts();
  expect(files.length).toBeGreaterThan(5);
  const program = ts.createProgram(files, options, hostOfSources());
  const problems = files.flatMap((file) =>
    ts
      .getPreEmitDiagnostics(program, program.getSourceFile(file))
      .filter(({ code }) => missing.has(code))
      .map(
        ({ messageText }) =>
          `${relative(root, file)}: ${ts.flattenDiagnosticMessageText(messageText, "\n")}`,
      ),
  );
  expect(problems).toEqual([]);
});
