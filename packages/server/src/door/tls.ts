/** The certificate and its key. */
import { readFileSync } from "node:fs";
import { createSecureContext } from "node:tls";
import { messageOf } from "../message-of.js";
import { SettingError } from "../setting-error.js";

/** Paths of PEM files. */
export interface TlsFiles {
  readonly certificate: string;
  readonly key: string;
}

/** What `node:tls` takes. */
export interface TlsMaterial {
  readonly cert: Buffer;
  readonly key: Buffer;
  readonly minVersion: "TLSv1.2";
}

/** Reads both and proves that they belong together. @throws SettingError */
export function readTls({ certificate, key }: TlsFiles): TlsMaterial {
  try {
    const material = {
      cert: readFileSync(certificate),
      key: readFileSync(key),
      minVersion: "TLSv1.2",
    } as const;
    createSecureContext(material);
    return material;
  } catch (cause) {
    const reason = messageOf(cause);
    throw new SettingError(`${certificate} and ${key} are no certificate with its key: ${reason}`, {
      cause,
    });
  }
}
