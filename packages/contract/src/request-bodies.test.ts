/** Properties of the readers of JSON bodies: what is right is read as it was meant, what is not has its one error. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ContractError, type ErrorKey } from "./errors.js";
import { limits } from "./limits.js";
import { commonErrors, operationTable } from "./operations.js";
import {
  readFindSimilarBody,
  readGroupBody,
  readUrlBody,
  readVerifyBody,
} from "./request-bodies.js";

const readers = {
  verify: readVerifyBody,
  findSimilar: readFindSimilarBody,
  group: readGroupBody,
  detect: readUrlBody,
} as const;
const names = Object.keys(readers) as (keyof typeof readers)[];

const runs = { numRuns: 500 };
const faceId = fc.uuid();
/** The same letters, some of them large. */
const spelled = (text: string): fc.Arbitrary<string> =>
  fc
    .array(fc.boolean(), { minLength: text.length, maxLength: text.length })
    .map((large) =>
      Array.from(text, (letter, at) => (large[at]! ? letter.toUpperCase() : letter)).join(""),
    );
const faceIds = (minLength: number): fc.Arbitrary<string[]> =>
  fc.array(faceId, { minLength, maxLength: 40 });
const options = fc.record(
  {
    maxNumOfCandidatesReturned: fc.integer({ min: 1, max: 1000 }),
    mode: fc.constantFrom("matchPerson" as const, "matchFace" as const),
  },
  { requiredKeys: [] },
);

/** Members that no operation knows. */
const strangers = fc.dictionary(
  fc.string().filter((name) => !/faceid|listid|personid|^url$|^mode$|maxnum|session/i.test(name)),
  fc.jsonValue(),
  { maxKeys: 4 },
);

const errorOf = (read: () => unknown): ErrorKey | "none" => {
  try {
    read();
    return "none";
  } catch (error) {
    if (error instanceof ContractError) return error.key;
    throw error;
  }
};

/** Members of an object in another order. */
const shuffled = (value: object, seed: number): object =>
  Object.fromEntries(
    Object.entries(value).sort(
      ([a], [b]) => ((a.length * seed) % 7) - ((b.length * seed) % 7) || (a < b ? 1 : -1),
    ),
  );

describe("a right body", () => {
  it("of verify is read as it was meant, whatever else it holds and however it is written", () => {
    fc.assert(
      fc.property(faceId, faceId, strangers, fc.nat(), (one, two, others, seed) => {
        const body = shuffled({ ...others, faceId1: one, faceId2: two.toUpperCase() }, seed);
        expect(readVerifyBody(JSON.parse(JSON.stringify(body)))).toEqual({
          faceId1: one,
          faceId2: two,
        });
      }),
      runs,
    );
  });

  it("of findSimilar is read as it was meant; what is null or absent has its default", () => {
    const nulls = fc.record(
      { faceListId: fc.constant(null), largeFaceListId: fc.constant(null) },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(faceId, faceIds(1), options, nulls, strangers, (id, ids, given, none, others) => {
        const { mode, maxNumOfCandidatesReturned } = given;
        expect(
          readFindSimilarBody({ ...others, ...none, ...given, faceId: id, faceIds: ids }),
        ).toEqual({
          faceId: id,
          faceIds: ids,
          mode: mode ?? "matchPerson",
          maxNumOfCandidatesReturned: maxNumOfCandidatesReturned ?? 20,
        });
        expect(
          readFindSimilarBody({
            faceId: id,
            faceIds: ids,
            mode: null,
            maxNumOfCandidatesReturned: null,
            ...none,
          }),
        ).toMatchObject({ mode: "matchPerson", maxNumOfCandidatesReturned: 20 });
      }),
      runs,
    );
  });

  it("of findSimilar may write its mode in any case", () => {
    const mode = fc
      .constantFrom("matchPerson", "matchFace")
      .chain((word) => spelled(word).map((text) => ({ word, text })));
    fc.assert(
      fc.property(mode, faceId, ({ word, text }, id) => {
        expect(readFindSimilarBody({ faceId: id, faceIds: [id], mode: text }).mode).toBe(word);
      }),
      runs,
    );
  });

  it("of group keeps the order and the repetitions of its faceIds", () => {
    fc.assert(
      fc.property(faceIds(2), strangers, (ids, others) => {
        const twice = [...ids, ids[0]!];
        expect(readGroupBody({ ...others, faceIds: twice })).toEqual({ faceIds: twice });
      }),
      runs,
    );
  });

  it("of detect gives its address letter by letter, for the judge of addresses", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), strangers, (url, others) => {
        expect(readUrlBody({ ...others, url })).toBe(url);
      }),
      runs,
    );
  });
});

describe("a body with one fault", () => {
  const noFaceId = fc
    .string()
    .filter((text) => !/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text));
  const noText = fc.jsonValue().filter((value) => typeof value !== "string" && value !== null);

  it("in a faceId has the error of faceIds, or of bodies where it is no text", () => {
    fc.assert(
      fc.property(faceId, noFaceId, noText, fc.nat(4), (good, bad, odd, at) => {
        const list = [good, good, good, good];
        list[at % 4] = bad;
        expect(errorOf(() => readVerifyBody({ faceId1: good, faceId2: bad }))).toBe(
          "faceIdInvalid",
        );
        expect(errorOf(() => readVerifyBody({ faceId1: odd, faceId2: good }))).toBe("bodyInvalid");
        expect(errorOf(() => readGroupBody({ faceIds: list }))).toBe("faceIdInvalid");
        expect(errorOf(() => readFindSimilarBody({ faceId: bad, faceIds: [good] }))).toBe(
          "faceIdInvalid",
        );
        expect(errorOf(() => readFindSimilarBody({ faceId: good, faceIds: list }))).toBe(
          "faceIdInvalid",
        );
      }),
      runs,
    );
  });

  it("in the number of faceIds says so exactly beyond the limits", () => {
    const length = fc.oneof(
      fc.integer({ min: 0, max: 1002 }),
      fc.constantFrom(0, 1, 2, 999, 1000, 1001),
    );
    fc.assert(
      fc.property(length, faceId, (count, id) => {
        const ids = Array.from({ length: count }, () => id);
        const within = ({ minimum, maximum }: { minimum: number; maximum: number }) =>
          count >= minimum && count <= maximum ? "none" : "faceIdsLengthInvalid";
        expect(errorOf(() => readGroupBody({ faceIds: ids }))).toBe(within(limits.group.faceIds));
        expect(errorOf(() => readFindSimilarBody({ faceId: id, faceIds: ids }))).toBe(
          within(limits.findSimilar.faceIds),
        );
      }),
      { numRuns: 100 },
    );
  });

  it("in mode or count has the error of that member", () => {
    const noMode = fc
      .jsonValue()
      .filter((value) => value !== null && !/^"match(person|face)"$/i.test(JSON.stringify(value)));
    const noCount = fc.oneof(
      fc.integer().filter((count) => count < 1 || count > 1000),
      fc.double({ noInteger: true }),
      fc.jsonValue().filter((value) => value !== null && typeof value !== "number"),
    );
    fc.assert(
      fc.property(faceId, noMode, noCount, (id, mode, maxNumOfCandidatesReturned) => {
        const body = { faceId: id, faceIds: [id] };
        expect(errorOf(() => readFindSimilarBody({ ...body, mode }))).toBe("modeInvalid");
        expect(errorOf(() => readFindSimilarBody({ ...body, maxNumOfCandidatesReturned }))).toBe(
          "candidateCountInvalid",
        );
      }),
      runs,
    );
  });

  it("in what is searched is told by how many places there are to search in", () => {
    const lists = ["faceIds", "faceListId", "largeFaceListId"] as const;
    fc.assert(
      fc.property(faceId, fc.subarray([...lists]), (id, given) => {
        const places = Object.fromEntries(
          given.map((name) => [name, name === "faceIds" ? [id] : "a-list"]),
        );
        const wanted =
          given.length === 0
            ? "faceListsAllNull"
            : given.length > 1
              ? "faceListsSeveral"
              : given[0] === "faceIds"
                ? "none"
                : "faceListUnsupported";
        expect(errorOf(() => readFindSimilarBody({ faceId: id, ...places }))).toBe(wanted);
      }),
      runs,
    );
  });
});

describe.each(names)("whatever is sent to %s", (name) => {
  const known: readonly string[] = [...operationTable[name].errors, ...commonErrors];
  /** Bodies that are almost right are likelier than chance would make them. */
  const member = fc.oneof(
    fc.jsonValue(),
    faceId,
    fc.array(fc.oneof(faceId, fc.jsonValue()), { maxLength: 5 }),
    fc.constantFrom(null, "matchFace", 5, "http://example.test/"),
  );
  const body = fc.oneof(
    fc.jsonValue(),
    fc.dictionary(
      fc.constantFrom(
        ...Object.keys(operationTable[name].json),
        ...["personId", "sessionImageId", "faceListId", "largeFaceListId"],
        ...["__proto__", "constructor", "toString", "length"],
      ),
      member,
    ),
  );

  it("is read, or has an error that the operation's row names", () => {
    fc.assert(
      fc.property(body, (value) => {
        const error = errorOf(() => readers[name](JSON.parse(JSON.stringify(value))));
        expect(error === "none" || known.includes(error)).toBe(true);
      }),
      { numRuns: 1500 },
    );
  });

  it("which is no object, or has no member of its own, is refused", () => {
    const noObject = fc.jsonValue().filter((value) => typeof value !== "object" || value === null);
    fc.assert(
      fc.property(fc.oneof(noObject, fc.array(fc.jsonValue())), strangers, (value, others) => {
        expect(errorOf(() => readers[name](value))).toBe("bodyInvalid");
        expect(errorOf(() => readers[name](others))).toBe("bodyInvalid");
        // What an object inherits is not what was sent.
        expect(
          errorOf(() => readers[name](Object.create({ faceId1: "x", faceIds: [], url: "x" }))),
        ).toBe("bodyInvalid");
      }),
      runs,
    );
  });
});

describe("names of members", () => {
  it("are read whatever their case", () => {
    fc.assert(
      fc.property(
        fc.tuple(faceId, faceId),
        fc.tuple(spelled("faceId1"), spelled("faceId2")),
        ([faceId1, faceId2], [first, second]) => {
          expect(readVerifyBody({ [first]: faceId1, [second]: faceId2 })).toEqual({
            faceId1,
            faceId2,
          });
        },
      ),
      runs,
    );
    const faceIds = ["c5c24a82-6845-4031-9d5d-978df9175426"];
    expect(readUrlBody({ URL: "http://a.example/b.jpg" })).toBe("http://a.example/b.jpg");
    expect(
      errorOf(() => readFindSimilarBody({ FaceId: faceIds[0], FaceIds: faceIds, FACELISTID: "x" })),
    ).toBe("faceListsSeveral");
  });

  it("mean the one that is spelt as the contract has it, where there are several", () => {
    expect(readUrlBody({ URL: "http://other.example/", url: "http://a.example/" })).toBe(
      "http://a.example/",
    );
    expect(errorOf(() => readUrlBody({ URL: "http://other.example/", url: null }))).toBe(
      "bodyInvalid",
    );
  });
});
