import { describe, expect, it } from "vitest";
import { accessories } from "./accessories.js";
import { glasses } from "./glasses.js";
import type { HeadOutputs } from "./network.js";
import { mask } from "./mask.js";
import { occlusion } from "./occlusion.js";
import { age, facialHair, hair } from "./retired.js";

function heads(changes: Partial<Record<keyof HeadOutputs, readonly number[]>>): HeadOutputs {
  const calm: Record<keyof HeadOutputs, readonly number[]> = {
    glasses: [0.97, 0.01, 0.01, 0.01],
    mask: [0.98, 0.01, 0.01],
    covered: [0.01],
    headwear: [0.02],
    forehead: [0.02],
    eye: [0.01],
    mouth: [0.01],
    age: [0.5],
    smile: [0.5],
    moustache: [0],
    beard: [0],
    sideburns: [0],
    bald: [0.1],
    hairColor: [0, 0, 0.2, 0.1, 0.9, 0.3, 0.8, 0],
    kept: [0.78],
    ...changes,
  };
  return Object.fromEntries(
    Object.entries(calm).map(([name, values]) => [name, Float32Array.from(values)]),
  ) as unknown as HeadOutputs;
}

/** Both networks say the same. */
function both(changes: Parameters<typeof heads>[0]): { heads: HeadOutputs; retired: HeadOutputs } {
  return { heads: heads(changes), retired: heads(changes) };
}

describe("glasses and accessories", () => {
  it("name the likeliest kind, and list what is likelier there than not, likeliest first", () => {
    const worn = heads({ glasses: [0.1, 0.2, 0.7, 0], headwear: [0.95] });
    expect(glasses(worn)).toBe("sunglasses");
    expect(accessories(worn)).toEqual([
      { type: "headwear", confidence: 0.95 },
      { type: "glasses", confidence: 0.9 },
    ]);
    expect(accessories(heads({}))).toEqual([]);
  });

  it("agree on whether any are worn, though each kind is less likely than none", () => {
    const unsure = heads({ glasses: [0.45, 0.25, 0.3, 0] });
    expect(glasses(unsure)).toBe("sunglasses");
    expect(accessories(unsure)).toEqual([{ type: "glasses", confidence: 0.55 }]);
    const none = heads({ glasses: [0.504, 0.496, 0, 0] });
    expect(glasses(none)).toBe("noGlasses");
    expect(accessories(none)).toEqual([]);
    // Exact in 32 bits.
    const even = heads({ glasses: [0.5, 0.5, 0, 0] });
    expect(glasses(even)).toBe("readingGlasses");
    expect(accessories(even)).toEqual([{ type: "glasses", confidence: 0.5 }]);
  });

  it("list headwear where hair is invisible, and nowhere else", () => {
    for (const [share, worn] of [
      [0.496, false],
      [0.5, true],
    ] as const) {
      const face = both({ headwear: [share] });
      expect(hair(face).invisible).toBe(worn);
      expect(accessories(face.heads).map(({ type }) => type)).toEqual(worn ? ["headwear"] : []);
    }
  });
});

describe("mask", () => {
  it("covers nothing where there is none, and is uncertain where no kind is likely", () => {
    expect(mask(heads({ covered: [0.9] }))).toEqual({ type: "noMask", noseAndMouthCovered: false });
    expect(mask(heads({ mask: [0.05, 0.9, 0.05], covered: [0.2] }))).toEqual({
      type: "faceMask",
      noseAndMouthCovered: false,
    });
    expect(mask(heads({ mask: [0.45, 0.15, 0.4] })).type).toBe("uncertain");
  });
});

describe("occlusion", () => {
  it("says each part on its own", () => {
    expect(occlusion(heads({ mouth: [0.8] }))).toEqual({
      foreheadOccluded: false,
      eyeOccluded: false,
      mouthOccluded: true,
    });
  });
});

describe("retired attributes", () => {
  it("weigh what both networks say", () => {
    const [young, old] = [heads({ age: [0], beard: [0] }), heads({ age: [1], beard: [1] })];
    expect(age({ heads: young, retired: old })).toBe(46);
    expect(facialHair({ heads: young, retired: old }).beard).toBe(0.8);
    const [dark, light] = [0, 1].map((k) =>
      heads({ hairColor: [0, 0, 0, k, 0, 0, 1 - k, 0], bald: [0] }),
    ) as [HeadOutputs, HeadOutputs];
    expect(hair({ heads: dark, retired: light }).hairColor).toEqual([
      { color: "blond", confidence: 0.5 },
      { color: "black", confidence: 0.5 },
    ]);
  });

  it("give years, and hair colours by falling confidence where hair is seen", () => {
    expect(age(both({ age: [0.5] }))).toBe(40);
    expect(age(both({ age: [-9] }))).toBe(0);
    expect(hair(both({})).hairColor.map(({ color }) => color)).toEqual([
      "brown",
      "black",
      "red",
      "gray",
      "blond",
    ]);
    expect(hair(both({ headwear: [0.9] }))).toMatchObject({ invisible: true, hairColor: [] });
    expect(hair(both({ bald: [0.97] })).hairColor).toEqual([]);
  });
});
