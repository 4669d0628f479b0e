import { fileURLToPath } from "node:url";
import ts from "typescript";
import { made } from "./markdown.js";
import { strictOptions } from "./strict-options.js";

const source = fileURLToPath(new URL("../../packages/client/src/face-client.ts", import.meta.url));
const local = fileURLToPath(
  new URL("../../packages/cli/src/local-face-client.ts", import.meta.url),
);

/** What the TSDoc comments say of everything that the two entry points export. */
export function clientPage() {
  const program = ts.createProgram([source, local], strictOptions);
  const checker = program.getTypeChecker();
  const described = (path) =>
    checker
      .getExportsOfModule(checker.getSymbolAtLocation(program.getSourceFile(path)))
      .map((symbol) => declared(checker, symbol))
      .filter(({ declaration }) => isOurs(declaration))
      .map((entry) => section(checker, entry));
  return `# FaceClient

${made("the TSDoc comments of `packages/client` and `packages/cli`")}

## mien

${described(local).join("\n\n")}

## @mien/client

\`AzureKeyCredential\`, \`RestError\`, \`isRestError\`, \`createPipelineRequest\` and \`createHttpHeaders\` are re-exported from
\`@azure/core-auth\` and \`@azure/core-rest-pipeline\`.

${described(source).join("\n\n")}
`;
}

function declared(checker, symbol) {
  const real =
    (symbol.flags & ts.SymbolFlags.Alias) === 0 ? symbol : checker.getAliasedSymbol(symbol);
  return { symbol: real, name: symbol.name, declaration: real.declarations?.[0] };
}

function isOurs(declaration) {
  return (
    declaration !== undefined &&
    /packages\/(client|cli|contract)\//.test(declaration.getSourceFile().fileName)
  );
}

function section(checker, { symbol, name, declaration }) {
  const parts = [`### ${name}`, comment(checker, symbol)];
  if (ts.isFunctionDeclaration(declaration)) parts.push(block(heading(declaration)));
  else if (ts.isClassDeclaration(declaration) || ts.isInterfaceDeclaration(declaration)) {
    for (const member of declaration.members) {
      if (!isPublic(member)) continue;
      // A constructor has no name to be found by.
      const words = comment(checker, member.symbol ?? checker.getSymbolAtLocation(member.name));
      if (ts.isClassDeclaration(declaration)) parts.push(block(heading(member)), words);
      else parts.push(`- \`${heading(member, spelled(checker, member))}\` ${oneLine(words)}`);
    }
  } else if (ts.isTypeAliasDeclaration(declaration))
    parts.push(block(spelled(checker, declaration)));
  return parts
    .filter((part) => part !== "")
    .reduce(
      (text, part) =>
        `${text}${text === "" ? "" : part.startsWith("- ") && text.split("\n").at(-1).startsWith("- ") ? "\n" : "\n\n"}${part}`,
      "",
    );
}

function isPublic(member) {
  if (member.name !== undefined && ts.isPrivateIdentifier(member.name)) return false;
  const flags = ts.getCombinedModifierFlags(member);
  return (flags & (ts.ModifierFlags.Private | ts.ModifierFlags.Protected)) === 0;
}

/** A declaration without its body. */
function heading(node, text = node.getText()) {
  const body = node.body?.getText();
  const head = body === undefined ? text : text.slice(0, text.length - body.length);
  return head
    .replace(/\s+/g, " ")
    .replace(/^(?:export )?(?:async )?/, "")
    .replace(/[;,]$/, "")
    .trim();
}

/** A declaration without comments, with words in the place of types such as `(typeof apiVersions)[number]`. */
function spelled(checker, node) {
  const file = node.getSourceFile();
  const words = [];
  const visit = (part) => {
    if (ts.isIndexedAccessTypeNode(part) && !ts.isIndexedAccessTypeNode(part.parent))
      // In the order of the list, which a union of TypeScript's does not keep.
      words.push([
        part,
        checker
          .getTypeArguments(checker.getTypeFromTypeNode(part.objectType))
          .map((type) => checker.typeToString(type))
          .join(" | "),
      ]);
    else part.forEachChild(visit);
  };
  visit(node);
  let text = "";
  let at = node.getStart();
  for (const [part, written] of words) {
    text += file.text.slice(at, part.getStart()) + written;
    at = part.getEnd();
  }
  text += file.text.slice(at, node.getEnd());
  return text.replace(/\/\*\*[^]*?\*\/\s*/g, "");
}

function comment(checker, symbol) {
  if (symbol === undefined) return "";
  const words = plain(ts.displayPartsToString(symbol.getDocumentationComment(checker)));
  const tags = withWholeLinks(symbol.getJsDocTags(checker))
    .filter(({ name }) => name !== "example")
    .map(({ name, text }) => {
      const told = plain(ts.displayPartsToString(text));
      return name === "param"
        ? `- \`${told.replace(/ /, "` ")}`
        : `- ${{ returns: "Returns", throws: "Throws" }[name] ?? name}: ${told}`;
    });
  const examples = symbol
    .getJsDocTags(checker)
    .filter(({ name }) => name === "example")
    .map(({ text }) => ts.displayPartsToString(text).replace(/^```ts/gm, "```typescript"));
  return [words, tags.join("\n"), ...examples].filter((part) => part !== "").join("\n\n");
}

/** TypeScript takes the brace of `@throws {@link Error}` for a type's, and the link for a tag of its own. */
function withWholeLinks(tags) {
  return tags.flatMap((tag, index) => {
    if (tag.name === "link") return [];
    const next = tags[index + 1];
    if (next?.name !== "link") return [tag];
    const text = `${ts.displayPartsToString(tag.text)}@link ${ts.displayPartsToString(next.text)}`;
    return [{ name: tag.name, text: [{ kind: "text", text }] }];
  });
}

function plain(text) {
  return text.replace(/\{@link ([^}|]+?)\s*\}/g, "`$1`").trim();
}

function oneLine(text) {
  return text.replace(/\s*\n\s*/g, " ");
}

function block(text) {
  return `\`\`\`typescript\n${text}\n\`\`\``;
}
