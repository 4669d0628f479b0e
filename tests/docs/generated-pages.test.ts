/** The pages that are made of the code say what the code says. */
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { expect, it } from "vitest";

const root = join(import.meta.dirname, "../..");

it("are what `npm run docs` writes", () => {
  const { status, stderr } = spawnSync(
    process.execPath,
    ["tools/documentation/main.js", "--check"],
    { cwd: root, encoding: "utf8" },
  );
  expect(stderr.replace(/^npm warn.*$/gm, "").trim()).toBe("");
  expect(status).toBe(0);
});

/** Every page that people read, below the repository. */
const pages = [
  ...["README.md", "CONTRIBUTING.md", "examples/README.md"],
  ...["apps", "packages", "tools", "training"].flatMap((folder) =>
    readdirSync(join(root, folder))
      .map((name) => join(folder, name, "README.md"))
      .filter((page) => existsSync(join(root, page))),
  ),
  ...readdirSync(join(root, "docs"), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".md"))
    .map((name) => join("docs", name)),
];

it("name only commands and files of the repository that are there", () => {
  const { scripts } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as {
    scripts: Record<string, string>;
  };
  const missing = pages.flatMap((page) => {
    const text = readFileSync(join(root, page), "utf8");
    const commands = [...text.matchAll(/\bnpm run (?:--\S+ )*([\w:-]+)/g)]
      .map(([, name]) => name!)
      .filter((name) => scripts[name] === undefined);
    const files = [
      ...text.matchAll(
        /`((?:apps|bench|docs|examples|fuzz|packages|tests|tools|training)\/[\w./-]+)`/g,
      ),
    ]
      .map(([, path]) => path!)
      // Made by the build, or by whoever trains.
      .filter((path) => !/\/dist\/|^training\/work/.test(path))
      .filter((path) => !existsSync(join(root, path)));
    return [...commands, ...files].map((name) => `${page}: ${name}`);
  });
  expect(missing).toEqual([]);
});

it("lead only to pages, and to headings, that are there", () => {
  const broken = pages.flatMap((page) => {
    const text = readFileSync(join(root, page), "utf8");
    return [...text.matchAll(/\]\((?!https?:)([^)#\s]*)(?:#([^)\s]+))?\)/g)].flatMap(
      ([link, path = "", heading]) => {
        const target = path === "" ? join(root, page) : resolve(root, dirname(page), path);
        if (!existsSync(target)) return [`${page}: ${link}`];
        if (heading === undefined) return [];
        const headings = [...readFileSync(target, "utf8").matchAll(/^#+ (.+)$/gm)].map(
          ([, words]) =>
            words!
              .toLowerCase()
              .replace(/[^\w\- ]/g, "")
              .replaceAll(" ", "-"),
        );
        return headings.includes(heading) ? [] : [`${page}: ${link}`];
      },
    );
  });
  expect(broken).toEqual([]);
});

it("are all to be found from the first page of the documentation", () => {
  const first = readFileSync(join(root, "docs/README.md"), "utf8");
  const linked = [...first.matchAll(/\]\(([^)#]+)\)/g)].map(([, path]) => join("docs", path!));
  const others = pages.filter((page) => page.startsWith("docs/") && page !== "docs/README.md");
  expect(others.filter((page) => !linked.includes(page))).toEqual([]);
});
