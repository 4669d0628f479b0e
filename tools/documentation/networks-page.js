import { measuredAccuracy } from "@mien/models/measured-accuracy";
import { modelCards } from "@mien/models/registry";
import { code, made, table } from "./markdown.js";

export async function networksPage() {
  const { contract, networks } = await measuredAccuracy();
  const cards = modelCards.map(({ key, purpose, source, sha256, input, output }) => {
    const facts = [
      ["Purpose", purpose],
      ["Source", origin(source)],
      ["Licence", source.licence],
      ["SHA-256", code(sha256)],
      ["Input", code(input)],
      ["Output", code(output)],
      ...(networks[key] === undefined ? [] : [["Measured", networks[key]]]),
    ];
    return `### ${key}\n\n${table(["", ""], facts)}`;
  });
  return `# Model cards

${made("`packages/models/src/registry.ts` and `bench/results`")} \`mien models --check\` compares the files with these
hashes.

## Models of the API, as measured

${table(
  ["Model", "Measured"],
  Object.entries(contract).map(([name, told]) => [code(name), told]),
)}

By \`npm run bench:accuracy\` on pictures that nothing was fitted to; intervals, error rates at every confidence and known
failures are on the page of [accuracy](../accuracy.md).

**By group of people.** There is truth about age only, and only for the attributes: see
[their card](attributes.md). For detection and recognition no set of pictures with truth about age, sex or skin colour
may be used here, so nothing is claimed: LFW and WIDER FACE are known to show mostly light-skinned adults, and error
rates of face recognition have been shown to differ between groups. Measure on pictures of those concerned before a
decision rests on a confidence.

**Intended for** sorting one's own photographs, tests of software written for the Azure service, and comparisons that a
person looks at again. **Not for** identifying strangers, surveillance, or any decision about a person that no person
makes.

## Networks behind them

No package states what its weights were learned from.

${cards.join("\n\n")}
`;
}

function origin(source) {
  if (source.kind !== "package") return code(source.recipe);
  const files = Object.keys(source.files).map(code).join(", ");
  return `npm \`${source.package}@${source.version}\`, ${files}`;
}
