/**
 * The envelope of everything that lies in a store: AES-256-GCM, with what identifies a record as additional data, so that
 * no record can be passed off as another.
 */
import { createCipheriv, createDecipheriv, createHash, randomBytes } from "node:crypto";

const ivBytes = 12;
const tagBytes = 16;

/** @returns initialisation vector, ciphertext and tag, one after the other. */
export function seal(key: Buffer, plain: Buffer, additional: Buffer): Buffer {
  const iv = randomBytes(ivBytes);
  const cipher = createCipheriv("aes-256-gcm", key, iv);
  cipher.setAAD(additional);
  return Buffer.concat([iv, cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
}

/** @throws Error when the key, the bytes or the additional data are not those of the sealing. */
export function unseal(key: Buffer, sealed: Buffer, additional: Buffer): Buffer {
  const decipher = createDecipheriv("aes-256-gcm", key, sealed.subarray(0, ivBytes), {
    authTagLength: tagBytes,
  });
  decipher.setAAD(additional);
  decipher.setAuthTag(sealed.subarray(sealed.length - tagBytes));
  const plain = decipher.update(sealed.subarray(ivBytes, sealed.length - tagBytes));
  decipher.final();
  return plain;
}

/** What stands for a tenant in keys: its name lies nowhere in the store. */
export function tenantTag(tenant: string): Buffer {
  return createHash("sha256").update("mien tenant\0").update(tenant).digest().subarray(0, 16);
}

/** The 16 bytes of a UUID; `undefined` for any other text, which no store holds. */
export function faceIdBytes(faceId: string): Buffer | undefined {
  const hex = faceId.replaceAll("-", "");
  return /^[0-9a-f]{32}$/.test(hex) ? Buffer.from(hex, "hex") : undefined;
}
