import { readdirSync, readFileSync } from "node:fs";
import js from "@eslint/js";
import { defineConfig, globalIgnores } from "eslint/config";
import tseslint from "typescript-eslint";

/** Which room may import which: the one place that says so. */
const arrows = JSON.parse(readFileSync(new URL("architecture.json", import.meta.url), "utf8"));

const rooms = ["packages", "apps"].flatMap((floor) =>
  readdirSync(new URL(floor, import.meta.url)).map((name) => `${floor}/${name}`),
);
for (const room of rooms)
  if (!(room in arrows)) throw new Error(`architecture.json does not say what ${room} may import`);

const packageName = (room) =>
  JSON.parse(readFileSync(new URL(`${room}/package.json`, import.meta.url), "utf8")).name;

const noDefaultExport = {
  selector: "ExportDefaultDeclaration, ExportSpecifier[exported.name='default']",
  message: "Export by name: a name is the same at every place that uses it.",
};

const noBarrel = {
  selector: "ExportAllDeclaration",
  message: "Import from the file that has the subject; no barrel hides the structure.",
};

/** A name as part of a regular expression in a selector, whose own end is a slash. */
const escaped = (name) => name.replaceAll("/", "\\u002f");

/** Any text but the sources of imports, which a rule of their own looks at. */
const text = ":not(ImportDeclaration, ExportNamedDeclaration) > Literal";

const roomRules = Object.entries(arrows).map(([room, allowed]) => {
  const forbidden = Object.keys(arrows)
    .filter((other) => other !== room && !allowed.includes(other))
    .map(packageName);
  const message = `${room} may import only ${allowed.join(", ") || "no other room"} (architecture.json).`;
  // The command's package bears an ordinary word, which strings may be.
  const scoped = forbidden.filter((name) => name.startsWith("@")).map(escaped);
  const names = `/^(${scoped.join("|")})(\\u002f|$)/`;
  const folders = Object.keys(arrows).filter((other) => other !== room);
  const paths = `/\\.\\.\\u002f(${folders.map((folder) => escaped(folder.replace(/^[^/]*\//, ""))).join("|")})\\u002f(src|dist)\\u002f/`;
  return {
    files: [`${room}/src/**/*.ts`, `${room}/*.js`],
    ignores: ["**/*.test.ts"],
    rules: {
      "no-restricted-imports": [
        "error",
        {
          patterns: [
            {
              group: forbidden.flatMap((name) => [name, `${name}/*`]),
              message,
            },
            {
              regex: "^(\\./)*\\.\\./.*\\b(packages|apps|src|dist)/",
              message: "Rooms import each other by package name.",
            },
          ],
        },
      ],
      // The rule above does not look at `await import("…")`, `import.meta.resolve`, `require` and addresses of files.
      "no-restricted-syntax": [
        "error",
        noDefaultExport,
        noBarrel,
        { selector: "ImportExpression[source.value=/^mien(\\u002f|$)/]", message },
        { selector: `${text}[value=${names}], TemplateElement[value.raw=${names}]`, message },
        { selector: `${text}[value=${paths}], TemplateElement[value.raw=${paths}]`, message },
      ],
    },
  };
});

export default defineConfig(
  globalIgnores([
    "**/dist/",
    "**/node_modules/",
    "training/work/",
    "packages/models/onnx/",
    // AssemblyScript: its compiler checks it.
    "packages/*/assembly/",
  ]),
  js.configs.recommended,
  {
    files: ["**/*.ts"],
    extends: [tseslint.configs.strictTypeChecked],
    languageOptions: {
      parserOptions: {
        project: ["tsconfig.check.json"],
        tsconfigRootDir: import.meta.dirname,
      },
    },
    rules: {
      "@typescript-eslint/no-non-null-assertion": "off",
      "@typescript-eslint/restrict-template-expressions": [
        "error",
        { allowNumber: true, allowBoolean: true },
      ],
      "@typescript-eslint/no-confusing-void-expression": "off",
      "@typescript-eslint/consistent-type-imports": "error",
      "no-restricted-syntax": ["error", noDefaultExport, noBarrel],
    },
  },
  {
    files: ["**/*.test.ts", "tests/**/*.ts", "bench/**/*.ts", "fuzz/**/*.ts"],
    rules: {
      "@typescript-eslint/no-unsafe-assignment": "off",
      "@typescript-eslint/no-unsafe-member-access": "off",
      "@typescript-eslint/no-unsafe-argument": "off",
    },
  },
  {
    files: ["**/*.js", "**/*.mjs"],
    languageOptions: {
      globals: {
        AbortController: "readonly",
        Buffer: "readonly",
        URL: "readonly",
        URLSearchParams: "readonly",
        console: "readonly",
        process: "readonly",
      },
    },
  },
  {
    files: ["**/*.config.js", "**/*.config.ts"],
    rules: { "no-restricted-syntax": "off" },
  },
  ...roomRules,
);
