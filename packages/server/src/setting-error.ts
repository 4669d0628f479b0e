/** A setting cannot be used; the message says which and why. */
export class SettingError extends Error {
  override readonly name = "SettingError";
}
