/** The four formats of the contract, told by content and never by a name. */
export type PictureFormat = "jpeg" | "png" | "gif" | "bmp";

const signatures: readonly { format: PictureFormat; bytes: readonly number[] }[] = [
  { format: "jpeg", bytes: [0xff, 0xd8, 0xff] },
  { format: "png", bytes: [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a] },
  { format: "gif", bytes: [0x47, 0x49, 0x46, 0x38] },
  { format: "bmp", bytes: [0x42, 0x4d] },
];

/** `undefined` for what is none of the four. */
export function pictureFormat(file: Uint8Array): PictureFormat | undefined {
  return signatures.find(({ bytes }) => bytes.every((byte, index) => file[index] === byte))?.format;
}
