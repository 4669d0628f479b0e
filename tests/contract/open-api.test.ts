/** The OpenAPI document is well-formed, tells the truth, and every example in it is what the running server answers. */
import { exampleFaceIds, type OperationExample } from "@mien/contract/examples";
import { errorCatalogue } from "@mien/contract/errors";
import { operationTable, type OperationRow } from "@mien/contract/operations";
import { createConfig, lintFromString } from "@redocly/openapi-core";
import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { key, photograph, startTestServer, type TestServer } from "./server.js";

let server: TestServer;
let text: string;
beforeAll(async () => {
  server = await startTestServer();
  text = await (await fetch(`${server.endpoint}/openapi.json`)).text();
});
afterAll(() => server.close());

const operations = Object.entries(operationTable) as [string, OperationRow][];

function validator(pointer: string): ValidateFunction {
  const ajv = new Ajv2020({ strict: false, allErrors: true, formats: { uuid: /^[0-9a-f-]{36}$/ } });
  ajv.addFormat("uri", true);
  ajv.addSchema(JSON.parse(text) as object, "mien");
  return ajv.getSchema(`mien#${pointer}`)!;
}

const answerPointer = (row: OperationRow): string =>
  `/paths/~1face~1{version}~1${row.path}/post/responses/200/content/application~1json/schema`;

describe("the document", () => {
  it("is without a fault to a linter of OpenAPI", async () => {
    const config = await createConfig({ extends: ["recommended-strict"] });
    const problems = await lintFromString({ source: text, absoluteRef: "openapi.json", config });
    expect(
      problems.map(({ ruleId, message, location }) => [ruleId, message, location[0]?.pointer]),
    ).toEqual([]);
  });

  it("names exactly the operations of the table", () => {
    const { paths } = JSON.parse(text) as { paths: Record<string, object> };
    expect(Object.keys(paths).filter((path) => path.startsWith("/face/"))).toEqual(
      operations.map(([, { path }]) => `/face/{version}/${path}`),
    );
  });

  it.each(operations.map(([name, row]) => ({ name, row })))(
    "$name: examples of answers are of the form that is promised",
    ({ row }) => {
      const validate = validator(answerPointer(row));
      for (const { answer } of row.examples)
        if (answer !== undefined) {
          validate(answer);
          expect(validate.errors).toBeNull();
        }
    },
  );
});

/** Names and kinds of the members, without the values that differ from picture to picture. */
function form(value: unknown): unknown {
  if (Array.isArray(value)) return value.length === 0 ? [] : [form(value[0])];
  if (typeof value === "object" && value !== null)
    return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, form(member)]));
  return typeof value;
}

describe("examples against the running server", () => {
  let faceIds: Record<string, string>;
  beforeAll(async () => {
    const detect = async () =>
      (
        await server.client.detect(photograph(1), {
          detectionModel: "detection_03",
          recognitionModel: "recognition_04",
          returnFaceId: true,
        })
      ).map(({ faceId }) => faceId!);
    // Faces of one photograph are of different people for certain.
    const [ann, bob] = await detect();
    const [annAgain] = await detect();
    faceIds = {
      [exampleFaceIds.ann]: ann!,
      [exampleFaceIds.annAgain]: annAgain!,
      [exampleFaceIds.bob]: bob!,
    };
  });

  /** The example's faceIds become those of faces that the server knows. */
  const real = (json: unknown): string =>
    JSON.stringify(json).replace(/[0-9a-f-]{36}/g, (id) => faceIds[id] ?? id);

  it.each(
    operations.flatMap(([name, row]) =>
      row.examples.map((example) => ({ title: `${name}: ${example.summary}`, row, example })),
    ),
  )("$title", async ({ row, example }: { row: OperationRow; example: OperationExample }) => {
    const query = new URLSearchParams(example.query).toString();
    const response = await fetch(
      `${server.endpoint}/face/v1.1-preview.1/${row.path}${query === "" ? "" : `?${query}`}`,
      {
        method: row.method,
        headers: {
          "Ocp-Apim-Subscription-Key": key,
          "Content-Type":
            example.json === undefined ? "application/octet-stream" : "application/json",
        },
        body: (example.json === undefined ? photograph(1) : real(example.json)) as BodyInit,
      },
    );
    const answer: unknown = await response.json();
    if (example.error !== undefined) {
      const { status, code, message } = errorCatalogue[example.error];
      expect({ status: response.status, answer }).toEqual({
        status,
        answer: { error: { code, message } },
      });
      return;
    }
    expect(response.status).toBe(200);
    const validate = validator(answerPointer(row));
    validate(answer);
    expect(validate.errors).toBeNull();
    expect(form(answer)).toEqual(form(example.answer));
    if (row.path === "verify")
      expect(answer).toHaveProperty(
        "isIdentical",
        (example.answer as { isIdentical: boolean }).isIdentical,
      );
  });
});
