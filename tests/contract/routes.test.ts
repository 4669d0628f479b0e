/** The server routes what its OpenAPI document describes and nothing else, but for the playground's files. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { operationTable } from "@mien/contract/operations";
import { serviceRoutes } from "@mien/contract/service-routes";
import { createServer } from "@mien/server/create-server";
import { Ajv2020 } from "ajv/dist/2020.js";
import type { FastifyInstance } from "fastify";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const directory = mkdtempSync(join(tmpdir(), "mien-routes-"));
let app: FastifyInstance;
let document: { paths: Record<string, Record<string, { security?: object[] }>> };
beforeAll(async () => {
  writeFileSync(join(directory, "index.html"), "<!doctype html><title>page</title>");
  app = await createServer({
    dataDirectory: join(directory, "data"),
    workers: 1,
    apiKeys: ["one:first"],
    metrics: "open",
    playground: true,
    playgroundDirectory: directory,
  });
  await app.ready();
  document = (await app.inject("/openapi.json")).json();
});
afterAll(async () => {
  await app.close();
  rmSync(directory, { recursive: true, force: true });
});

/** The paths that the router knows for a method, read off the tree that it prints. */
function routed(method: "GET" | "POST" | "PUT" | "DELETE"): string[] {
  const found: string[] = [];
  const branch: string[] = [];
  for (const line of app.printRoutes({ method }).split("\n")) {
    const [, indent, part, end] = /^((?:[│ ] {3})*)[├└]── (\S+)( \()?/.exec(line) ?? [];
    if (indent === undefined || part === undefined) continue;
    branch.splice(indent.length / 4, branch.length, part);
    if (end !== undefined) found.push(branch.join(""));
  }
  return found.sort();
}

describe("routes", () => {
  it("are those of the tables, the Face API's under one pattern, and the playground's files", () => {
    const operations = "/face/:version/*";
    const open = Object.values(serviceRoutes).map(({ path }) => path);
    expect(routed("GET")).toEqual([...open, operations, "/*"].sort());
    for (const method of ["POST", "PUT", "DELETE"] as const)
      expect(routed(method)).toEqual([operations]);
  });

  it("are all in the document, and the document has no other", () => {
    expect(Object.entries(document.paths).map(([path, item]) => [path, Object.keys(item)])).toEqual(
      [
        ...Object.values(operationTable).map(({ path }) => [`/face/{version}/${path}`, ["post"]]),
        ...Object.values(serviceRoutes).map(({ path }) => [path, ["get"]]),
      ],
    );
  });

  it("of the document are answered: operations only to who has a credential", async () => {
    for (const [path, item] of Object.entries(document.paths)) {
      const [method, described] = Object.entries(item)[0]!;
      const answer = await app.inject({
        method: method.toUpperCase() as "GET" | "POST",
        url: path.replace("{version}", "v1.1-preview.1"),
      });
      const open = described.security?.length === 0;
      expect([path, answer.statusCode]).toEqual([path, open ? 200 : 401]);
    }
  });

  it.each(Object.values(serviceRoutes))("$path answers what is described", async (route) => {
    const answer = await app.inject(route.path);
    expect(String(answer.headers["content-type"]).split(";", 1)[0]).toBe(route.mediaType);
    const value: unknown = route.mediaType === "application/json" ? answer.json() : answer.body;
    const validate = new Ajv2020().compile(route.schema);
    validate(value);
    expect(validate.errors).toBeNull();
  });
});
