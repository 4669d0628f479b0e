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

it("lead only to pages, and to headings, that are there", () => {
  const pages = [
    ...["README.md", "CONTRIBUTING.md", "examples/README.md"],
    ...readdirSync(join(root, "docs"), { recursive: true, encoding: "utf8" })
      .filter((name) => name.endsWith(".md"))
      .map((name) => join("docs", name)),
  ];
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
