/** One thing that was looked at. */
export interface Finding {
  readonly subject: string;
  readonly state: "well" | "warning" | "fault";
  readonly detail: string;
  /** The exact command that mends it. */
  readonly remedy?: string;
}
