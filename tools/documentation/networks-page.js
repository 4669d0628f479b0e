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

Measured by \`npm run bench:accuracy\` on pictures to which nothing was fitted, but for LFW's pairs: the confidences were
fitted on half of the people in them, and only the shares of strangers and people from 0.5 on are of the other half. For intervals, error rates at each confidence
and known failures, see [accuracy](../accuracy.md).

**By group of people.** The only group that can be told from the data at hand is age: see [the card of the
attributes](attributes.md), and [strangers of one age](../accuracy.md#small-faces-and-children) for recognition. What
children have in common, which embeddings leave out, was learned from research pictures (\`training/recognition\`). No set of
pictures with ground truth for sex or skin colour could be used here, so nothing is claimed. LFW and WIDER FACE are known to show mostly light-skinned adults, and error rates
of face recognition have been shown to differ between groups. Measure on pictures of the people concerned before you base a
decision on a confidence.

**Intended for** sorting your own photographs, testing software written for the Azure service, and comparisons that a person
checks. **Not intended for** identifying strangers, surveillance, or decisions about a person without human judgement.

## Networks behind them

No package says what its weights were trained on.

${cards.join("\n\n")}
`;
}

function origin(source) {
  if (source.kind !== "package") return code(source.recipe);
  const files = Object.keys(source.files).map(code).join(", ");
  return `npm \`${source.package}@${source.version}\`, ${files}`;
}
