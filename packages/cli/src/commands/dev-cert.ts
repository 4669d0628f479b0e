import { createPrivateKey, randomBytes, X509Certificate } from "node:crypto";
import { readFile, rename, rm, writeFile } from "node:fs/promises";
import { isIP } from "node:net";
import { join } from "node:path";
import { makeFolder } from "@mien/server/make-folder";
import { InvalidArgumentError, type Command } from "commander";
import { generate } from "selfsigned";
import type { CommandContext } from "../command-context.js";
import { exitCodes } from "../exit-codes.js";
import { CommandFailure } from "../failure.js";
import {
  addExamples,
  addJsonOption,
  parseCount,
  parseFolder,
  type JsonOption,
} from "../options.js";
import { shellWord } from "../shell-word.js";
import { printJson, printLine } from "../terminal.js";

/** The subject of every certificate made here, by which they are told from others. */
const subject = "Mien development";

interface DevCertOptions extends JsonOption {
  readonly out: string;
  readonly host: string[];
  readonly days: number;
}

export function addDevCertCommand(program: Command, context: CommandContext): void {
  const command = program
    .command("dev-cert")
    .summary("create a TLS certificate for this machine")
    .description(
      "Creates a self-signed TLS certificate for localhost, 127.0.0.1 and ::1, for development.\n" +
        "Clients must be told to trust it; the command for that is printed. It replaces only certificates that it made.",
    )
    .option("--out <folder>", "folder for the certificate and its key", parseFolder, ".mien/tls")
    .option("--host <name...>", "additional host names and addresses", addHost, [])
    .option("--days <number>", "days for which it is valid, at most ten years", parseDays, 90)
    .action((options: DevCertOptions) => makeCertificate(options, context));
  addJsonOption(command);
  addExamples(command, ["dev-cert", "dev-cert --out certs/ --host face.test"]);
}

/** As the DNS carries it: labels of up to 63 letters, digits, - and _, 253 characters in all; the first may be an asterisk. */
const hostName =
  /^(?=.{1,253}$)(?:\*\.)?(?:[a-z\d_](?:[a-z\d_-]{0,61}[a-z\d_])?\.)*[a-z\d_](?:[a-z\d_-]{0,61}[a-z\d_])?$/i;

/** A name, or an address, which clients look for elsewhere in the certificate. */
function addHost(text: string, before: readonly string[]): string[] {
  const url = URL.canParse(`https://${text}`) ? new URL(`https://${text}`) : undefined;
  // A browser takes numbers such as 127.1 for addresses.
  const isName = hostName.test(text) && url?.href === `https://${text.toLowerCase()}/`;
  if (isIP(text) === 0 && !isName)
    throw new InvalidArgumentError("expected a host name or an address");
  return [...before, text];
}

function parseDays(text: string): number {
  const days = parseCount(text);
  if (days > 3650) throw new InvalidArgumentError("expected at most 3650");
  return days;
}

async function makeCertificate(options: DevCertOptions, context: CommandContext): Promise<void> {
  const certificate = join(options.out, "cert.pem");
  const key = join(options.out, "key.pem");
  await refuseOthers(certificate, key);
  const names = ["localhost", "127.0.0.1", "::1", ...options.host];
  const notBefore = new Date();
  const notAfter = new Date(notBefore.getTime() + options.days * 86_400_000);
  const pair = await generate([{ name: "commonName", value: subject }], {
    algorithm: "sha256",
    keyType: "ec",
    curve: "P-256",
    notBeforeDate: notBefore,
    notAfterDate: notAfter,
    extensions: [
      { name: "basicConstraints", cA: false, critical: true },
      { name: "keyUsage", digitalSignature: true, critical: true },
      { name: "extKeyUsage", serverAuth: true },
      {
        name: "subjectAltName",
        altNames: [
          ...names.map((name) =>
            isIP(name) === 0 ? { type: 2 as const, value: name } : { type: 7 as const, ip: name },
          ),
        ],
      },
    ],
  });
  makeFolder(options.out, 0o700);
  await writePair([
    { path: certificate, content: pair.cert, mode: 0o644 },
    { path: key, content: pair.private, mode: 0o600 },
  ]);
  if (options.json === true) {
    printJson(context.terminal, { certificate, key, names, expires: notAfter.toISOString() });
    return;
  }
  for (const line of [
    `Certificate  ${certificate}  for ${names.join(", ")}`,
    `Key          ${key}  (mode 0600)`,
    "",
    `To trust it in Node:  NODE_EXTRA_CA_CERTS=${shellWord(certificate)}`,
    `To trust it in curl:  curl --cacert ${shellWord(certificate)}`,
  ]) {
    printLine(context.terminal, line);
  }
}

interface NewFile {
  readonly path: string;
  readonly content: string;
  readonly mode: number;
}

/**
 * Names the files when all of them are written, in order: a certificate without its key is made anew the next time, a key
 * without its certificate is taken for somebody else's.
 */
async function writePair(files: readonly NewFile[]): Promise<void> {
  const drafts = files.map((file) => ({
    ...file,
    draft: `${file.path}.${randomBytes(6).toString("hex")}.tmp`,
  }));
  try {
    for (const { path, draft, content, mode } of drafts)
      await writeFile(draft, content, { mode, flag: "wx" }).catch((error: unknown) => {
        throw Object.assign(error as NodeJS.ErrnoException, { path });
      });
    // The last of those that are replaced goes first: it must not be found beside the first of the new ones.
    await rm(files.at(-1)!.path, { force: true });
    for (const { path, draft } of drafts) await rename(draft, path);
  } finally {
    for (const { draft } of drafts) await rm(draft, { force: true });
  }
}

/** @throws CommandFailure when a file is there that was not made here: nobody could bring a key back. */
async function refuseOthers(certificate: string, key: string): Promise<void> {
  const [madeCertificate, madeKey] = await Promise.all([contents(certificate), contents(key)]);
  const refuse = (file: string, why: string): never => {
    throw new CommandFailure(
      `${file} ${why} and would be overwritten: move it, or choose another folder with --out`,
      exitCodes.refused,
    );
  };
  const made = madeCertificate === undefined ? undefined : certificateMadeHere(madeCertificate);
  if (madeCertificate !== undefined && made === undefined)
    refuse(certificate, "was not made by mien dev-cert");
  if (madeKey !== undefined && !(made !== undefined && isKeyOf(made, madeKey)))
    refuse(key, "does not belong to a certificate made by mien dev-cert");
}

/** Of an empty file, which a full disk leaves, nothing is lost: it counts as absent. */
async function contents(file: string): Promise<Buffer | undefined> {
  try {
    const content = await readFile(file);
    return content.length === 0 ? undefined : content;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

function certificateMadeHere(pem: Buffer): X509Certificate | undefined {
  try {
    const certificate = new X509Certificate(pem);
    return certificate.subject === `CN=${subject}` ? certificate : undefined;
  } catch {
    return undefined;
  }
}

function isKeyOf(certificate: X509Certificate, pem: Buffer): boolean {
  try {
    return certificate.checkPrivateKey(createPrivateKey(pem));
  } catch {
    return false;
  }
}
