/** What every adapter of the store's port must do; run by `lmdb.test.ts` and `redis.test.ts` on real stores. */
import { randomUUID } from "node:crypto";
import { tenantTag } from "@mien/gallery/sealing";
import type { MaintainedStore, SealedFace } from "@mien/gallery/store";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { cosine, newFace } from "./faces.js";

export interface StoreUnderTest {
  /** Two openings of one store, as two servers have it. */
  readonly one: MaintainedStore;
  readonly other: MaintainedStore;
  /** Lets so many milliseconds go by, by a settable clock or by waiting. */
  pass(milliseconds: number): Promise<void>;
  /** Opens once more, as after a restart. */
  reopen(): Promise<MaintainedStore>;
  close(): Promise<void>;
}

async function allSealed(store: MaintainedStore): Promise<SealedFace[]> {
  const faces: SealedFace[] = [];
  for await (const piece of store.sealed()) faces.push(...piece);
  return faces;
}

export function describeStore(name: string, open: () => Promise<StoreUnderTest>): void {
  describe(`the ${name} store`, () => {
    let under: StoreUnderTest;
    let tenant: string;
    beforeAll(async () => {
      under = await open();
    });
    afterAll(() => under.close());
    const fresh = (): string => (tenant = `tenant-${randomUUID()}`);

    it("gives back what was put, by every opening, after a restart too", async () => {
      const faces = Array.from({ length: 20 }, () => newFace());
      await under.one.put(fresh(), faces, 60_000);
      const again = await under.reopen();
      for (const store of [under.one, under.other, again]) {
        const found = await store.get(
          tenant,
          faces.map(({ faceId }) => faceId),
        );
        found.forEach((face, index) => {
          expect(face).toMatchObject({
            faceId: faces[index]!.faceId,
            recognitionModel: "recognition_04",
          });
          expect(cosine(face!.embedding, faces[index]!.embedding)).toBeGreaterThan(0.9999);
        });
      }
      await again.close();
    });

    it("answers in the order of the question, each id as often as it is asked for", async () => {
      const [a, b] = [newFace(), newFace()];
      await under.one.put(fresh(), [a, b], 60_000);
      const ids = [b.faceId, randomUUID(), a.faceId, b.faceId, "no-uuid"];
      expect((await under.other.get(tenant, ids)).map((face) => face?.faceId)).toEqual([
        b.faceId,
        undefined,
        a.faceId,
        b.faceId,
        undefined,
      ]);
    });

    it("keeps models apart, and embeddings of every length", async () => {
      const faces = [128, 512, 832, 1024].map((length, index) => ({
        ...newFace(undefined, length),
        recognitionModel: `recognition_0${index + 1}`,
      }));
      await under.one.put(fresh(), faces, 60_000);
      const found = await under.other.get(
        tenant,
        faces.map(({ faceId }) => faceId),
      );
      expect(found.map((face) => [face?.recognitionModel, face?.embedding.length])).toEqual(
        faces.map(({ recognitionModel, embedding }) => [recognitionModel, embedding.length]),
      );
    });

    it("hides a face from other tenants, even of like names", async () => {
      const face = newFace();
      await under.one.put(fresh(), [face], 60_000);
      for (const stranger of [`${tenant}x`, tenant.slice(0, -1), "", "*"])
        expect(await under.one.get(stranger, [face.faceId])).toEqual([undefined]);
    });

    it("keeps the same faceId of two tenants apart", async () => {
      const [mine, theirs] = [newFace(), newFace()];
      const other = `${fresh()}-other`;
      await under.one.put(tenant, [mine], 60_000);
      await under.one.put(other, [{ ...theirs, faceId: mine.faceId }], 60_000);
      const [found] = await under.one.get(tenant, [mine.faceId]);
      expect(cosine(found!.embedding, mine.embedding)).toBeGreaterThan(0.9999);
    });

    it("holds a thousand faces put at once by several writers, and gives them in one call", async () => {
      fresh();
      const pieces = Array.from({ length: 10 }, () => Array.from({ length: 100 }, () => newFace()));
      await Promise.all(
        pieces.map((faces, index) =>
          (index % 2 === 0 ? under.one : under.other).put(tenant, faces, 60_000),
        ),
      );
      const ids = pieces.flat().map(({ faceId }) => faceId);
      const found = await under.one.get(tenant, ids);
      expect(found.map((face) => face?.faceId)).toEqual(ids);
    });

    it("forgets at the instant of expiry, for every opening, and not before", async () => {
      const [brief, long] = [newFace(), newFace()];
      await under.one.put(fresh(), [brief], 2000);
      await under.one.put(tenant, [long], 60_000);
      const seen = async (): Promise<(string | undefined)[][]> => {
        const answers = await Promise.all(
          [under.one, under.other].map((store) => store.get(tenant, [brief.faceId, long.faceId])),
        );
        return answers.map((faces) => faces.map((face) => face?.faceId));
      };
      await under.pass(1000);
      expect(await seen()).toEqual(Array(2).fill([brief.faceId, long.faceId]));
      await under.pass(1001);
      expect(await seen()).toEqual(Array(2).fill([undefined, long.faceId]));
    });

    it("erases one tenant and no other, whoever serves it, and serves it anew afterwards", async () => {
      const faces = Array.from({ length: 50 }, () => newFace());
      const ids = faces.map(({ faceId }) => faceId);
      const other = `${fresh()}-other`;
      await under.one.put(tenant, faces, 60_000);
      await under.one.put(other, faces, 60_000);
      expect(await under.other.get(tenant, ids)).not.toContain(undefined);
      const { faces: erased, keysDestroyed, left } = await under.other.erase(tenant);
      expect({ erased, left }).toEqual({ erased: 50, left: 0 });
      expect(keysDestroyed).toBeGreaterThan(0);
      for (const store of [under.one, under.other]) {
        expect(new Set(await store.get(tenant, ids))).toEqual(new Set([undefined]));
        expect(await store.get(other, ids)).not.toContain(undefined);
      }
      // The process that did not erase has the destroyed key in memory and must not seal with it again.
      const next = newFace();
      await under.one.put(tenant, [next], 60_000);
      const again = await under.reopen();
      expect((await again.get(tenant, [next.faceId]))[0]?.faceId).toBe(next.faceId);
      await again.close();
    });

    it("loses nothing that is put while the tenant is erased and answered after it", async () => {
      fresh();
      await under.one.put(
        tenant,
        Array.from({ length: 100 }, () => newFace()),
        60_000,
      );
      const progress = { erased: false };
      const after: string[] = [];
      const writing = (async () => {
        for (let i = 0; i < 200 && after.length < 10; i++) {
          const face = newFace();
          const startedAfter = progress.erased;
          await under.one.put(tenant, [face], 60_000);
          if (startedAfter) after.push(face.faceId);
        }
      })();
      await under.other.erase(tenant);
      progress.erased = true;
      await writing;
      expect(after.length).toBeGreaterThan(0);
      expect(await under.other.get(tenant, after)).not.toContain(undefined);
    });

    it("gives its faces sealed and takes back those that were lost, but no damaged and no erased one", async () => {
      const faces = Array.from({ length: 30 }, () => newFace());
      await under.one.put(fresh(), faces, 60_000);
      const before = new Set(faces.map(({ faceId }) => faceId.replaceAll("-", "")));
      const sealed = (await allSealed(under.one)).filter(({ faceId }) =>
        before.has(faceId.toString("hex")),
      );
      expect(sealed.length).toBe(30);
      const [first, second, third, fourth, ...rest] = sealed;
      const damaged = Buffer.from(first!.record);
      damaged[damaged.length - 20]! ^= 1;
      expect(
        await under.other.restore([
          { ...first!, record: damaged },
          { ...second!, faceId: first!.faceId },
          // Somebody else's face, passed off as one's own.
          { ...third!, tenantTag: tenantTag(`${tenant}, a thief`) },
          // Of another version.
          { ...fourth!, record: Buffer.concat([Buffer.of(255), fourth!.record.subarray(1)]) },
          ...rest,
        ]),
      ).toEqual({ restored: 26, expired: 0, unreadable: 4 });
      const ids = faces.map(({ faceId }) => faceId);
      expect(new Set(await under.other.get(`${tenant}, a thief`, ids))).toEqual(
        new Set([undefined]),
      );
      await under.one.erase(tenant);
      expect(await under.one.restore(sealed)).toEqual({ restored: 0, expired: 0, unreadable: 30 });
      expect(await under.one.get(tenant, [faces[0]!.faceId])).toEqual([undefined]);
    });

    it("gives the faces of the last tenant too, however high his tag is", async () => {
      const face = newFace();
      do fresh();
      while (tenantTag(tenant)[0] !== 0xff);
      const before = await under.one.examine();
      await under.one.put(tenant, [face], 60_000);
      const id = face.faceId.replaceAll("-", "");
      const sealed = await allSealed(under.other);
      expect(sealed.filter(({ faceId }) => faceId.toString("hex") === id)).toHaveLength(1);
      expect(await under.other.examine()).toEqual({ faces: before.faces + 1, damaged: 0 });
    });

    it("counts faces and nothing else", async () => {
      const before = await under.one.count();
      await under.one.put(fresh(), [newFace(), newFace(), newFace()], 60_000);
      expect(await under.other.count()).toBe(before + 3);
    });

    it("opens every face at an examination", async () => {
      await under.one.put(fresh(), [newFace()], 60_000);
      const { faces, damaged } = await under.one.examine();
      expect(damaged).toBe(0);
      expect(faces).toBeGreaterThan(0);
      expect((await under.one.statistics()).bytesOnDisk).toBeGreaterThan(0);
    });

    it("keeps a face that is put again until its own expiry, be that later or earlier", async () => {
      const [later, earlier] = [newFace(), newFace()];
      const again = [newFace(later.faceId), newFace(earlier.faceId)] as const;
      await under.one.put(fresh(), [later], 1500);
      await under.one.put(tenant, [earlier], 600_000);
      await under.other.put(tenant, [again[0]], 600_000);
      await under.other.put(tenant, [again[1]], 1500);
      await under.pass(1501);
      await under.one.sweep();
      const [found, gone] = await under.other.get(tenant, [later.faceId, earlier.faceId]);
      expect(cosine(found!.embedding, again[0].embedding)).toBeGreaterThan(0.9999);
      expect(gone).toBeUndefined();
      expect((await under.one.examine()).damaged).toBe(0);
    });

    it("sweeps what expired and leaves what lives", async () => {
      const [brief, long] = [newFace(), newFace()];
      await under.one.put(fresh(), [brief], 1500);
      await under.one.put(tenant, [long], 600_000);
      await under.pass(1501);
      await under.one.sweep();
      expect(
        (await under.other.get(tenant, [brief.faceId, long.faceId])).map((f) => f?.faceId),
      ).toEqual([undefined, long.faceId]);
      expect((await under.one.examine()).damaged).toBe(0);
    });
  });
}
