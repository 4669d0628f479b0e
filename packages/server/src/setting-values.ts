/** From what flags and environment say to values; each refusal names the setting as operators know it. */
import { SettingError } from "./setting-error.js";
import type { SettingName } from "./setting-rows.js";

/** The values of the server's settings. */
export type ServerSettingValues = SettingValues<SettingName>;

/**
 * Reads settings by name. Every method throws SettingError, naming the environment variable, for a value that cannot be.
 */
export class SettingValues<Name extends string> {
  /**
   * Flags win over the environment, the environment over the defaults. What is empty is not set: that is how a shell or
   * a compose file takes a variable back, and an empty host would be every address of the machine.
   */
  constructor(
    private readonly rows: Readonly<
      Record<Name, { readonly environment: string; readonly fallback: string }>
    >,
    private readonly flags: Partial<Record<Name, string>>,
    private readonly environment: Readonly<Record<string, string | undefined>>,
  ) {}

  /**
   * As it was written, without the white space around it, which no value has and which files of variables leave there, the
   * end of a line of Windows above all; empty where nothing is set.
   */
  raw(name: Name): string {
    return this.#written(name) || this.rows[name].fallback;
  }

  /** Whether somebody has set it, be it to what it would be without. */
  isSet(name: Name): boolean {
    return this.#written(name) !== "";
  }

  #written(name: Name): string {
    return (this.flags[name] ?? this.environment[this.rows[name].environment] ?? "").trim();
  }

  optional(name: Name): string | undefined {
    return this.raw(name) || undefined;
  }

  /** @throws SettingError when it is empty. */
  neededWith(name: Name, other: Name): string {
    const value = this.raw(name);
    if (value === "")
      throw new SettingError(
        `${this.rows[name].environment} must be set together with ${this.rows[other].environment}`,
      );
    return value;
  }

  /** A number of digits alone, from `minimum` to `maximum`. @throws SettingError */
  whole(name: Name, minimum: number, maximum: number): number {
    const value = this.raw(name);
    const number = /^\d{1,6}$/.test(value) ? Number(value) : NaN;
    if (!(number >= minimum && number <= maximum))
      throw this.#refusal(name, `a whole number from ${minimum} to ${maximum}`);
    return number;
  }

  /** The same, where nothing may be set. @throws SettingError */
  optionalWhole(name: Name, minimum: number, maximum: number): number | undefined {
    return this.raw(name) === "" ? undefined : this.whole(name, minimum, maximum);
  }

  /** Whether it is the first of two words. @throws SettingError when it is neither. */
  choice(name: Name, on: string, off: string): boolean {
    const value = this.raw(name);
    if (value !== on && value !== off) throw this.#refusal(name, `${on} or ${off}`);
    return value === on;
  }

  /** @throws SettingError when it is none of the words. */
  word<Word extends string>(name: Name, words: readonly Word[]): Word {
    const value = this.raw(name);
    const found = words.find((candidate) => candidate === value);
    if (found === undefined) throw this.#refusal(name, `one of ${words.join(", ")}`);
    return found;
  }

  /** Comma-separated words. */
  list(name: Name): string[] {
    return this.raw(name)
      .split(",")
      .map((word) => word.trim())
      .filter((word) => word !== "");
  }

  /** Refuses what has no effect without another setting: whoever wrote it relies on it. @throws SettingError */
  uselessWithout(name: Name, other: Name): void {
    if (this.isSet(name) && !this.isSet(other))
      throw new SettingError(
        `${this.rows[name].environment} has no effect without ${this.rows[other].environment}`,
      );
  }

  /** Refuses two that say the same: only one of them would count. @throws SettingError */
  notBoth(name: Name, other: Name): void {
    if (this.isSet(name) && this.isSet(other))
      throw new SettingError(
        `${this.rows[name].environment} and ${this.rows[other].environment} must not both be set`,
      );
  }

  /** An http or https URL, or nothing. @throws SettingError without repeating what may hold a password. */
  url(name: Name): string {
    const value = this.raw(name);
    if (value !== "" && !/^https?:$/.test(URL.canParse(value) ? new URL(value).protocol : ""))
      throw new SettingError(`${this.rows[name].environment} must be an http or https URL`);
    return value;
  }

  #refusal(name: Name, wanted: string): SettingError {
    return new SettingError(
      `${this.rows[name].environment} must be ${wanted}, not "${this.raw(name)}"`,
    );
  }
}
