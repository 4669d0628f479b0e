import { linkSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { planSort, type SortPlan } from "./sort-plan.js";

let root: string;
let target: string;
const photograph = (name: string) => join(root, "photos", name);

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "sort-plan-"));
  target = join(root, "people");
  mkdirSync(join(root, "photos", "trip"), { recursive: true });
  for (const name of ["a.jpg", "b.jpg", "c.jpg", "d.jpg", "trip/a.jpg"])
    writeFileSync(photograph(name), name);
});
afterEach(() => rmSync(root, { recursive: true }));

const apply = ({ links }: SortPlan) => {
  for (const { photograph: from, folder, name } of links) {
    mkdirSync(join(target, folder), { recursive: true });
    linkSync(from, join(target, folder, name));
  }
};
const short = ({ links }: SortPlan) => links.map(({ folder, name }) => `${folder}/${name}`);

it("gives each person a folder, the largest first, and each photograph a name of its own", async () => {
  const plan = await planSort(
    target,
    [
      [photograph("a.jpg"), photograph("trip/a.jpg"), photograph("b.jpg")],
      [photograph("b.jpg"), photograph("c.jpg")],
    ],
    [photograph("d.jpg")],
    [],
  );
  expect(short(plan)).toEqual([
    "person-001/a.jpg",
    "person-001/a-2.jpg",
    "person-001/b.jpg",
    "person-002/b.jpg",
    "person-002/c.jpg",
    "seen-once/d.jpg",
  ]);
  expect([...plan.folders]).toEqual([
    ["person-001", 3],
    ["person-002", 2],
    ["seen-once", 1],
  ]);
});

it("gives no names that are one to a disk that does not know case, to files or folders", async () => {
  for (const name of ["E.jpg", "trip/e.JPG"]) writeFileSync(photograph(name), name);
  mkdirSync(join(target, "Person-001"), { recursive: true });
  const plan = await planSort(target, [[photograph("E.jpg"), photograph("trip/e.JPG")]], [], []);
  expect(short(plan)).toEqual(["person-002/E.jpg", "person-002/e-2.JPG"]);
});

it("links a photograph with two faces of one person once", async () => {
  const plan = await planSort(target, [[photograph("a.jpg"), photograph("a.jpg")]], [], []);
  expect(short(plan)).toEqual(["person-001/a.jpg"]);
});

it("has nothing to do the second time", async () => {
  const people = [[photograph("a.jpg"), photograph("b.jpg")]];
  apply(await planSort(target, people, [], [photograph("c.jpg")]));
  expect(short(await planSort(target, people, [], [photograph("c.jpg")]))).toEqual([]);
});

it("finishes what was begun", async () => {
  const people = [[photograph("a.jpg"), photograph("b.jpg"), photograph("c.jpg")]];
  const whole = await planSort(target, people, [], []);
  apply({ ...whole, links: whole.links.slice(0, 1) });
  expect(short(await planSort(target, people, [], []))).toEqual([
    "person-001/b.jpg",
    "person-001/c.jpg",
  ]);
});

it("adds to a folder that somebody renamed, whoever else has come to be larger", async () => {
  apply(await planSort(target, [[photograph("a.jpg"), photograph("b.jpg")]], [], []));
  renameSync(join(target, "person-001"), join(target, "Anna"));
  const plan = await planSort(
    target,
    [
      [photograph("c.jpg"), photograph("trip/a.jpg")],
      [photograph("a.jpg"), photograph("b.jpg"), photograph("d.jpg")],
    ],
    [],
    [],
  );
  expect(short(plan)).toEqual(["person-001/c.jpg", "person-001/a.jpg", "Anna/d.jpg"]);
});

it("takes a photograph out of those seen once, or without a face, when more is found in it", async () => {
  const [a, b, c, d] = ["a.jpg", "b.jpg", "c.jpg", "d.jpg"].map(photograph) as [
    string,
    string,
    string,
    string,
  ];
  apply(await planSort(target, [], [a], [c, d]));
  // Whatever else lies there is somebody's own.
  writeFileSync(join(target, "seen-once", "mine.jpg"), "mine");
  renameSync(join(target, "seen-once", "a.jpg"), join(target, "seen-once", "renamed.jpg"));
  const plan = await planSort(target, [[a, b]], [c], [d]);
  expect(short(plan)).toEqual(["person-001/a.jpg", "person-001/b.jpg", "seen-once/c.jpg"]);
  expect(plan.outdated).toEqual([join("seen-once", "renamed.jpg"), join("no-face", "c.jpg")]);
  // One that could not be looked at this time stays where it is.
  expect((await planSort(target, [], [], [d])).outdated).toEqual([]);
});
