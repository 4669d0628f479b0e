import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { errorCatalogue } from "../errors.js";
import { commonErrors, operationTable, routeErrors } from "../operations.js";
import { errorPage } from "./error-page.js";

describe("the page of errors", () => {
  it("is what the catalogue says: run `npm run docs` when it is not", () => {
    const page = readFileSync(new URL("../../../../docs/errors.md", import.meta.url), "utf8");
    expect(page).toBe(errorPage());
  });

  it("places every error of the catalogue somewhere, and nothing twice", () => {
    const placed = [
      ...commonErrors,
      ...routeErrors,
      ...new Set(Object.values(operationTable).flatMap(({ errors }) => errors)),
    ];
    expect([...placed].sort()).toEqual(Object.keys(errorCatalogue).sort());
  });
});
