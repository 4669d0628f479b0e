/** The certificate and its key. */
import { X509Certificate } from "node:crypto";
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

/** Milliseconds before its end from which on a certificate is spoken of. */
const notice = 14 * 86_400_000;

/**
 * Reads both and proves that they belong together.
 * @param report where it is told of a certificate that has expired, which callers refuse, or soon will.
 * @throws SettingError
 */
export function readTls(files: TlsFiles, report: (line: string) => void): TlsMaterial {
  const material = readPair(files);
  const warning = expiryWarning(material.cert);
  if (warning !== undefined) report(`certificate: ${files.certificate} ${warning}`);
  return material;
}

function expiryWarning(certificate: Buffer): string | undefined {
  const end = new Date(new X509Certificate(certificate).validTo);
  const left = end.getTime() - Date.now();
  const when = end.toISOString().slice(0, 19) + "Z";
  if (left <= 0) return `has expired at ${when}: callers refuse it`;
  return left <= notice ? `expires at ${when}` : undefined;
}

function readPair({ certificate, key }: TlsFiles): TlsMaterial {
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
    throw new SettingError(
      `${certificate} and ${key} are not a certificate and its private key: ${reason}`,
      {
        cause,
      },
    );
  }
}
