import { isRestError } from "@mien/client";
import { html } from "./elements.js";
import type { Models } from "./model-choice.js";
import { faceCuts, type Picture } from "./picture.js";
import type { Page } from "./view.js";

/** A face that can be compared. */
export interface KnownFace {
  readonly faceId: string;
  /** What is shown of it, in one place at a time. */
  readonly cut: HTMLCanvasElement;
  readonly label: string;
}

/** What came of looking at pictures: faces, or none because there are none, or because the server refused a picture. */
export type Looked = "faces" | "none" | "refused";

/** Pictures that are compared with others, and the faces that the chosen models find in them. */
export class FaceSet {
  #pictures: readonly Picture[] = [];
  #faces: readonly KnownFace[] = [];
  /** Counts what makes all faces of before worthless. */
  #round = 0;

  /** @param most faces that it holds; further ones are left out, and told of. */
  constructor(
    private readonly page: Page,
    private readonly models: () => Models,
    private readonly most = Infinity,
  ) {}

  get faces(): readonly KnownFace[] {
    return this.#faces;
  }

  /**
   * Adds pictures. Those that the server refuses are left out again: people choose them once more when it takes them.
   * @returns undefined when other pictures or models were chosen before they were looked at.
   */
  add(pictures: readonly Picture[]): Promise<Looked | undefined> {
    this.#pictures = [...this.#pictures, ...pictures];
    return this.#look(pictures, (refused) => {
      this.#pictures = this.#pictures.filter((picture) => !refused.has(picture));
    });
  }

  /** Puts a picture in the place of all. @returns as {@link add}. */
  replace(picture: Picture): Promise<Looked | undefined> {
    this.#pictures = [picture];
    return this.lookAgain();
  }

  /** Faces of another model are other faces: all pictures are looked at once more. @returns as {@link add}. */
  lookAgain(): Promise<Looked | undefined> {
    this.#round += 1;
    this.#faces = [];
    return this.#look(this.#pictures);
  }

  async #look(
    pictures: readonly Picture[],
    onRefused?: (refused: ReadonlySet<Picture>) => void,
  ): Promise<Looked | undefined> {
    if (pictures.length === 0) return undefined;
    const round = this.#round;
    const found = await this.page.busy("Looking for faces", () =>
      detectAll(this.page, pictures, this.models()),
    );
    if (found === undefined || round !== this.#round) return undefined;
    onRefused?.(found.refused);
    const all = [...this.#faces, ...found.faces];
    this.#faces = all.slice(0, this.most);
    const left = all.length - this.#faces.length;
    if (left > 0)
      this.page.fail(
        new Error(
          `The server takes at most ${this.most} faces: ${left} more ${left === 1 ? "was" : "were"} left out.`,
        ),
      );
    if (found.faces.length > 0) return "faces";
    return found.refused.size > 0 ? "refused" : "none";
  }
}

/**
 * Two pictures at a time. A picture that the server refuses is told of and passed over.
 * @returns the faces, and the pictures that were refused.
 */
async function detectAll(
  page: Page,
  pictures: readonly Picture[],
  models: Models,
): Promise<{ readonly faces: readonly KnownFace[]; readonly refused: ReadonlySet<Picture> }> {
  const found: KnownFace[][] = pictures.map(() => []);
  const refused = new Set<Picture>();
  let next = 0;
  let done = 0;
  const work = async () => {
    for (let index = next++; index < pictures.length; index = next++) {
      const picture = pictures[index]!;
      try {
        const faces = await page.session.client.detect(picture.upload, {
          ...models,
          returnFaceId: true,
          faceIdTimeToLive: 3600,
        });
        const label = (rank: number) =>
          faces.length > 1 ? `#${rank + 1} ${picture.name}` : picture.name;
        const cuts = await faceCuts(picture, faces, label);
        found[index] = faces.map(({ faceId }, rank) => ({
          faceId: faceId!,
          cut: cuts[rank]!,
          label: label(rank),
        }));
      } catch (error) {
        refused.add(picture);
        page.fail(error);
      }
      done += 1;
      if (pictures.length > 1) page.announce(`${done} of ${pictures.length} pictures`);
    }
  };
  await Promise.all([work(), work()]);
  return { faces: found.flat(), refused };
}

/** What a call brings that names a face which the server knows no more. */
export type Forgotten = "forgotten";

/**
 * Faces expire an hour after they were found, and may be erased: a page that is left open has to look again.
 * @returns the call's answer, or "forgotten" where it failed for that reason.
 */
export async function unlessForgotten<Answer>(call: Promise<Answer>): Promise<Answer | Forgotten> {
  try {
    return await call;
  } catch (error) {
    if (isRestError(error) && error.code === "FaceNotFound") return "forgotten";
    throw error;
  }
}

/** A face among others, with what is said of it. */
export function faceItem({ cut, label }: KnownFace, ...words: string[]): HTMLElement {
  return html(
    "li",
    {},
    cut,
    ...words.map((word) => html("span", { class: "small" }, word)),
    html("span", { class: "muted small ellipsis" }, label),
  );
}
