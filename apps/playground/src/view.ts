import type { TakeFiles } from "./picture-input.js";
import type { Session } from "./session.js";

/** What every view can do to the page around it. */
export interface Page {
  readonly session: Session;
  /**
   * Shows a failure, in the server's words, below those that are shown.
   * @param pictureName of the picture that it is about, where several are at work.
   */
  readonly fail: (error: unknown, pictureName?: string) => void;
  /** Takes the shown failures away, where a person begins something: what follows from it only adds to them. */
  readonly clearFailure: () => void;
  /** Tells screen readers, and the status line, what has happened. */
  readonly announce: (message: string) => void;
  /**
   * Shows that work is going on.
   * @param pictureName as for {@link fail}.
   * @returns `undefined` when it failed, which the page shows.
   */
  busy<Result>(
    message: string,
    work: () => Promise<Result>,
    pictureName?: string,
  ): Promise<Result | undefined>;
}

/** One of the page's views. */
export interface View {
  readonly id: string;
  readonly title: string;
  readonly element: HTMLElement;
  /** Called when files are pasted anywhere on the page. */
  receive(count: number): TakeFiles;
}
