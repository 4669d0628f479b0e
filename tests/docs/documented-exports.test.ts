/**
 * Whatever a program can import from a published package, or meets in the types of that, has a TSDoc comment. Editors show
 * it, and `docs/reference/client.md` is made of it.
 */
import { readdirSync } from "node:fs";
import { join, relative } from "node:path";
import ts from "typescript";
import { expect, it } from "vitest";
import { strictOptions } from "../../tools/documentation/strict-options.js";

const root = join(import.meta.dirname, "../..");

/** Entries for programs, as the packages' READMEs name them; of the contract every file is one. */
const entries = [
  "cli/src/local-face-client.ts",
  "client/src/face-client.ts",
  ...readdirSync(join(root, "packages/contract/src"))
    .filter((name) => /^(?!.*\.test\.).*\.ts$/.test(name))
    .map((name) => `contract/src/${name}`),
  "gallery/src/grouper.ts",
  "gallery/src/matching.ts",
  "gallery/src/open-store.ts",
  "gallery/src/store.ts",
  "models/src/registry.ts",
  "server/src/create-server.ts",
  "server/src/setting-rows.ts",
  "server/src/settings.ts",
  "server/src/start-server.ts",
  "service/src/face-service.ts",
  "service/src/local-service.ts",
  "vision/src/analysis.ts",
  "vision/src/face-analyzer.ts",
].map((path) => join(root, "packages", path));

const program = ts.createProgram(entries, strictOptions);
const checker = program.getTypeChecker();

function unaliased(symbol: ts.Symbol): ts.Symbol {
  return (symbol.flags & ts.SymbolFlags.Alias) === 0 ? symbol : checker.getAliasedSymbol(symbol);
}

/** Declared by one of the packages, at the top of a file. */
function isOurs(symbol: ts.Symbol): boolean {
  return (symbol.declarations ?? []).some((declaration) => {
    const { fileName } = declaration.getSourceFile();
    const statement = ts.isVariableDeclaration(declaration)
      ? declaration.parent.parent
      : declaration;
    return (
      ts.isSourceFile(statement.parent) &&
      !relative(join(root, "packages"), fileName).startsWith("..") &&
      !fileName.includes("/node_modules/")
    );
  });
}

/** Types that a declaration names where its users see them: not inside functions, nor in what is private. */
function namedTypes(declaration: ts.Node): ts.Symbol[] {
  const found: ts.Symbol[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isBlock(node)) return;
    if (ts.isClassElement(node) && node.name !== undefined && ts.isPrivateIdentifier(node.name))
      return;
    if (ts.canHaveModifiers(node))
      for (const { kind } of ts.getModifiers(node) ?? [])
        if (kind === ts.SyntaxKind.PrivateKeyword) return;
    const name = ts.isTypeReferenceNode(node)
      ? node.typeName
      : ts.isExpressionWithTypeArguments(node)
        ? node.expression
        : undefined;
    const symbol = name === undefined ? undefined : checker.getSymbolAtLocation(name);
    if (symbol !== undefined) found.push(unaliased(symbol));
    node.forEachChild(visit);
  };
  visit(declaration);
  return found;
}

function isExported(symbol: ts.Symbol): boolean {
  return (symbol.declarations ?? []).some(
    (declaration) => (ts.getCombinedModifierFlags(declaration) & ts.ModifierFlags.Export) !== 0,
  );
}

/** What the entries export, and what the types of that name. */
function visible(): Set<ts.Symbol> {
  const seen = new Set<ts.Symbol>();
  const waiting = entries.flatMap((path) =>
    checker
      .getExportsOfModule(checker.getSymbolAtLocation(program.getSourceFile(path)!)!)
      .map(unaliased),
  );
  for (let symbol = waiting.pop(); symbol !== undefined; symbol = waiting.pop()) {
    if (seen.has(symbol) || !isOurs(symbol) || !isExported(symbol)) continue;
    seen.add(symbol);
    for (const declaration of symbol.declarations ?? []) waiting.push(...namedTypes(declaration));
  }
  return seen;
}

it("have a TSDoc comment", () => {
  const symbols = [...visible()];
  expect(symbols.map(({ name }) => name)).toContain("FaceDetectionResult");
  const bare = symbols
    .filter((symbol) => symbol.getDocumentationComment(checker).length === 0)
    // A comment of tags alone says what is thrown, which may be all that there is to say.
    .filter((symbol) => symbol.getJsDocTags(checker).length === 0)
    .map((symbol) => {
      const file = symbol.declarations![0]!.getSourceFile().fileName;
      return `${relative(root, file)}: ${symbol.name}`;
    });
  expect(bare).toEqual([]);
});
