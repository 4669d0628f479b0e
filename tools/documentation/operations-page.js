import { attributeMatrix } from "@mien/contract/attribute-matrix";
import { limits } from "@mien/contract/limits";
import { apiVersions, faceAttributeTypes, landmarkNames } from "@mien/contract/names";
import { operationTable } from "@mien/contract/operations";
import { serviceRoutes } from "@mien/contract/service-routes";
import { code, made, table } from "./markdown.js";

export function operationsPage() {
  const sections = Object.values(operationTable).map(
    ({
      path,
      method,
      summary,
      description,
      query,
      takesPicture,
      json,
      errors,
      examples,
    }) => `## ${summary}

\`${method} /face/{version}/${path}\`

${description}

${fields("Query", query)}${fields(takesPicture ? "JSON body, if no picture is sent" : "JSON body", json)}${examples
      .filter(({ answer }) => answer !== undefined)
      .slice(-1)
      .map(example)
      .join("\n")}
Errors in addition to those of every operation: ${errors.map(code).join(", ")} ([errors](../errors.md)).
`,
  );
  return `# Operations

${made("`packages/contract/src/operations.ts`")} A running server answers the same as OpenAPI 3.1 at \`GET /openapi.json\`.
Versions: ${apiVersions.map(code).join(", ")}. Credentials: \`Ocp-Apim-Subscription-Key\`, or \`Authorization: Bearer\`.

${sections.join("\n")}
## Information about the server

${table(
  ["Route", "Answers", "Meaning"],
  Object.values(serviceRoutes).map(({ path, mediaType, summary }) => [
    code(`GET ${path}`),
    code(mediaType),
    summary,
  ]),
)}

These routes need no credential.

## Attributes by model

${table(
  ["Detection model", "Versions", "Attributes"],
  attributeMatrix.map(({ detectionModel, versions, attributes }) => [
    code(detectionModel),
    versions.join(", "),
    attributes.map((name) => code(spelled(name))).join(", ") || "none",
  ]),
)}

\`qualityForRecognition\` needs \`recognition_03\` or \`recognition_04\`. Pictures: ${limits.pictureBytes.minimum} bytes to
${limits.pictureBytes.maximum / 2 ** 20} MiB.

## Landmarks

Left and right are from the viewer's perspective: ${landmarkNames.map(code).join(", ")}.
`;
}

function spelled(lower) {
  return faceAttributeTypes.find((name) => name.toLowerCase() === lower) ?? lower;
}

function fields(title, fieldTable) {
  const entries = Object.entries(fieldTable);
  if (entries.length === 0) return "";
  return `${title}:

${table(
  ["Field", "Values", "Default", "Meaning"],
  entries.map(([name, field]) => [
    code(name),
    values(field),
    field.fallback === undefined ? "" : code(String(field.fallback)),
    field.meaning ?? "",
  ]),
)}

`;
}

function values({ kind, words, minimum, maximum }) {
  const range = minimum === undefined ? "" : `${minimum} to ${maximum}`;
  if (words !== undefined) return words.map(code).join(", ");
  if (kind === "faceIdList") return `${range} faceIds`;
  return range || ({ flag: "`true`, `false`", address: "URL", faceId: "faceId" }[kind] ?? kind);
}

/** The first that is answered, with what is sent. */
function example({ summary, query, json, answer }) {
  const asked = query === undefined ? "" : `Query \`${new URLSearchParams(query)}\``;
  const sent = json === undefined ? "the picture's bytes" : block(json);
  const parts = [
    `Example: ${summary}. ${asked}`.trim(),
    json === undefined ? `Sent: ${sent}.` : sent,
  ];
  return [...parts, "Answered:", block(answer), ""].join("\n\n");
}

function block(value) {
  return `\`\`\`json\n${JSON.stringify(value, null, 2)}\n\`\`\``;
}
