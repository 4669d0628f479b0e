/** Sizes as the documentation writes them. A kilobyte has 1024 bytes, as in Azure's limits. */

/** Such as `256 KB`. */
export function kilobytes(bytes: number): string {
  return `${bytes / 2 ** 10} KB`;
}

/** Such as `6 MB`. */
export function megabytes(bytes: number): string {
  return `${bytes / 2 ** 20} MB`;
}
