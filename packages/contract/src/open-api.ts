/** The OpenAPI 3.1 document, made of the tables. */
import type { TSchema } from "@sinclair/typebox";
import type { BodyRow } from "./body-fields.js";
import { type ErrorEntry, type ErrorKey, errorCatalogue } from "./errors.js";
import type { OperationExample } from "./examples.js";
import { limits } from "./limits.js";
import { apiVersions, defaultApiVersion } from "./names.js";
import { commonErrors, mediaTypes, type OperationRow, operationTable } from "./operations.js";
import type { ParameterRow } from "./parameters.js";
import { namedSchemas } from "./result-schemas.js";
import { type ServiceRoute, serviceRoutes } from "./service-routes.js";

type Json = Readonly<Record<string, unknown>>;

/** By their members: an optional member has a copy of its schema. */
const schemaNames = new Map<unknown, string>(
  Object.entries(namedSchemas).map(([name, schema]) => [schema.properties, name]),
);

/** Puts references in the place of named schemas. */
function referring(schema: unknown, top = false): unknown {
  const { properties } = (schema ?? {}) as { properties?: unknown };
  const name = properties === undefined ? undefined : schemaNames.get(properties);
  if (name !== undefined && !top) return { $ref: `#/components/schemas/${name}` };
  if (Array.isArray(schema)) return schema.map((item) => referring(item));
  if (typeof schema !== "object" || schema === null) return schema;
  return Object.fromEntries(
    Object.entries(schema as Json).map(([key, value]) => [key, referring(value)]),
  );
}

function parameterSchema(row: ParameterRow): Json {
  switch (row.kind) {
    case "word":
      return { type: "string", enum: row.words, default: row.fallback };
    case "flag":
      return { type: "boolean", default: row.fallback };
    case "seconds":
      return {
        type: "integer",
        minimum: row.minimum,
        maximum: row.maximum,
        default: row.fallback,
      };
    case "wordList":
      return { type: "array", items: { type: "string", enum: row.words } };
  }
}

function bodySchema(table: Readonly<Record<string, BodyRow>>): Json {
  const faceId = { type: "string", format: "uuid" };
  const member = (row: BodyRow): Json => {
    const description = row.meaning;
    switch (row.kind) {
      case "faceId":
        return { ...faceId, description };
      case "faceIdList":
        return {
          type: "array",
          items: faceId,
          minItems: row.minimum,
          maxItems: row.maximum,
          description,
        };
      case "count":
        return {
          type: ["integer", "null"],
          minimum: row.minimum,
          maximum: row.maximum,
          default: row.fallback,
          description,
        };
      case "choice":
        return {
          type: ["string", "null"],
          enum: [...row.words, null],
          default: row.fallback,
          description,
        };
      case "address":
        return { type: "string", format: "uri", description };
    }
  };
  return {
    type: "object",
    properties: Object.fromEntries(Object.entries(table).map(([name, row]) => [name, member(row)])),
    required: Object.entries(table).flatMap(([name, row]) => ("fallback" in row ? [] : [name])),
  };
}

const headerOf = (description: string, schema: Json = { type: "string" }): Json => ({
  description,
  schema,
});

/** One response for each status, with an example for each error that has it. */
function errorResponses(keys: readonly ErrorKey[]): Json {
  const byStatus = new Map<number, ErrorKey[]>();
  for (const key of keys) {
    const { status } = errorCatalogue[key];
    byStatus.set(status, [...(byStatus.get(status) ?? []), key]);
  }
  return Object.fromEntries(
    [...byStatus].map(([status, group]) => [
      String(status),
      {
        description: group
          .map((key) => `${errorCatalogue[key].code}: ${errorCatalogue[key].when}.`)
          .join("\n"),
        headers: {
          "x-ms-error-code": headerOf("The code of the error."),
          ...(status === 429 || status === 503
            ? { "Retry-After": headerOf("Seconds to wait.", { type: "integer" }) }
            : {}),
        },
        content: {
          [mediaTypes.json]: {
            schema: { $ref: "#/components/schemas/FaceErrorResponse" },
            examples: Object.fromEntries(
              group.map((key) => {
                const { code, message }: ErrorEntry = errorCatalogue[key];
                return [key, { value: { error: { code, message } } }];
              }),
            ),
          },
        },
      },
    ]),
  );
}

function exampleObjects(
  examples: readonly OperationExample[],
  value: (example: OperationExample) => unknown,
): Json {
  return Object.fromEntries(
    examples
      .filter((example) => value(example) !== undefined)
      .map((example) => [example.name, { summary: example.summary, value: value(example) }]),
  );
}

function operation(name: string, row: OperationRow): Json {
  const requests = exampleObjects(row.examples, ({ json, malformed }) =>
    malformed === true ? undefined : json,
  );
  return {
    operationId: name,
    tags: ["Face"],
    summary: row.summary,
    description: row.description,
    parameters: [
      { $ref: "#/components/parameters/version" },
      ...Object.entries(row.query).map(([parameter, value]) => ({
        name: parameter,
        in: "query",
        description: value.meaning,
        schema: parameterSchema(value),
        ...(value.kind === "wordList" ? { style: "form", explode: false } : {}),
      })),
    ],
    requestBody: {
      required: true,
      content: {
        ...(row.takesPicture
          ? {
              [mediaTypes.octets]: {
                schema: {
                  description: `The bytes of a picture, ${limits.pictureBytes.minimum} to ${limits.pictureBytes.maximum} of them.`,
                },
              },
            }
          : {}),
        [mediaTypes.json]: { schema: bodySchema(row.json), examples: requests },
      },
    },
    responses: {
      "200": {
        description: "Done.",
        headers: {
          "apim-request-id": headerOf("Names the request in the logs."),
          Warning: headerOf("The version asked for is newer than any that is known."),
        },
        content: {
          [mediaTypes.json]: {
            schema: referring(row.answer),
            examples: exampleObjects(row.examples, ({ answer }) => answer),
          },
        },
      },
      ...errorResponses([...row.errors, ...commonErrors]),
    },
  };
}

/** A route beside the operations, which takes no credential. */
function openRoute(operationId: string, { summary, mediaType, schema }: ServiceRoute): Json {
  return {
    get: {
      operationId,
      tags: ["Service"],
      summary,
      security: [],
      responses: {
        "200": { description: "Done.", content: { [mediaType]: { schema } } },
        ...errorResponses(["routeNotFound"]),
      },
    },
  };
}

/** @param version of the software that serves it. */
export function openApiDocument(version: string): Json {
  return {
    openapi: "3.1.0",
    info: {
      title: "Mien",
      version,
      summary: "A self-hosted face service that speaks the Azure AI Face API.",
      license: { name: "MIT", identifier: "MIT" },
    },
    servers: [{ url: "/", description: "The server that answers this document." }],
    tags: [
      { name: "Face", description: "The operations of the Face API." },
      { name: "Service", description: "The state of this server." },
    ],
    security: [{ key: [] }, { keyInQuery: [] }, { bearer: [] }],
    paths: {
      ...Object.fromEntries(
        Object.entries(operationTable).map(([name, row]) => [
          `/face/{version}/${row.path}`,
          { post: operation(name, row) },
        ]),
      ),
      ...Object.fromEntries(
        Object.entries(serviceRoutes).map(([name, route]) => [route.path, openRoute(name, route)]),
      ),
    },
    components: {
      parameters: {
        version: {
          name: "version",
          in: "path",
          required: true,
          description: "Versions newer than these are served as the newest, with a warning.",
          schema: { type: "string", examples: [...apiVersions], default: defaultApiVersion },
        },
      },
      securitySchemes: {
        key: { type: "apiKey", in: "header", name: "Ocp-Apim-Subscription-Key" },
        keyInQuery: { type: "apiKey", in: "query", name: "subscription-key" },
        bearer: { type: "http", scheme: "bearer", description: "A token, or a key." },
      },
      schemas: Object.fromEntries(
        Object.entries(namedSchemas).map(([name, schema]: [string, TSchema]) => [
          name,
          referring(schema, true),
        ]),
      ),
    },
  };
}
