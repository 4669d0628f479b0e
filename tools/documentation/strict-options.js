import ts from "typescript";

/** How the packages' users compile strictly, without writing anything: for the page of the client and for the tests. */
export const strictOptions = {
  target: ts.ScriptTarget.ES2022,
  module: ts.ModuleKind.NodeNext,
  moduleResolution: ts.ModuleResolutionKind.NodeNext,
  strict: true,
  noEmit: true,
  skipLibCheck: true,
  types: ["node"],
};
