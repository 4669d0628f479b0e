import { access } from "node:fs/promises";
import { totalmem } from "node:os";
import { modelCards, readModel, remedyOf } from "@mien/models/registry";
import { tryListening } from "@mien/server/listening";
import { checkExposure, listeningError } from "@mien/server/listening-place";
import { messageOf } from "@mien/server/message-of";
import { type NativeModule, nativeModules } from "@mien/server/native-modules";
import type { ServerSettings } from "@mien/server/settings";
import { checkThreadPool } from "@mien/server/thread-pool";
import type { Finding } from "./finding.js";
import { examineServiceFiles, type FileSettings } from "./service-files.js";

/** The settings whose preconditions this machine has to meet. */
export type ExaminedSettings = FileSettings & Pick<ServerSettings, "host" | "port" | "workers">;

/** Looks at this machine, one thing after the other, in the order in which faults build on each other. */
export async function* examineMachine(settings: ExaminedSettings): AsyncGenerator<Finding> {
  yield nodeVersion(process.versions.node);
  yield platform();
  for (const module of nativeModules) yield await loading(module);
  yield await models();
  yield memory(settings.workers);
  // Redis needs none.
  if (settings.storeUrl === "") yield threadPool();
  yield* examineServiceFiles(settings);
  yield await listeningPlace(settings);
}

/** As `engines` of the packages have it: older ones cannot `require` ES modules. @param version such as `20.19.0`. */
export function nodeVersion(version: string): Finding {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  const subject = "Node";
  if ((major === 20 && minor >= 19) || (major === 22 && minor >= 12) || major > 22) {
    return { subject, state: "well", detail: version };
  }
  return {
    subject,
    state: "fault",
    detail: `${version} is not supported: Mien needs Node 20 (20.19 or newer) or Node 22.12 or newer`,
    remedy: "nvm install 20",
  };
}

function platform(): Finding {
  const name = `${process.platform}-${process.arch}`;
  const subject = "Platform";
  // ONNX Runtime's binding is built for these and for no other.
  const supported = ["linux-x64", "linux-arm64", "darwin-arm64", "win32-x64", "win32-arm64"];
  const report = process.report.getReport() as { header?: { glibcVersionRuntime?: string } };
  if (process.platform === "linux" && report.header?.glibcVersionRuntime === undefined) {
    return {
      subject,
      state: "fault",
      detail: `${name} uses musl: ONNX Runtime needs glibc`,
      remedy: "docker run node:20-slim   # Debian instead of Alpine",
    };
  }
  return supported.includes(name)
    ? { subject, state: "well", detail: name }
    : { subject, state: "fault", detail: `${name} is not supported (${supported.join(", ")})` };
}

async function loading({ name, purpose, load }: NativeModule): Promise<Finding> {
  try {
    await load();
    return { subject: name, state: "well", detail: purpose };
  } catch (error) {
    const [reason = ""] = messageOf(error).split("\n");
    return {
      subject: name,
      state: "fault",
      detail: `${purpose}, but it cannot be loaded: ${reason}`,
      remedy: await reinstallation(),
    };
  }
}

async function models(): Promise<Finding> {
  const subject = "Models";
  for (const card of modelCards) {
    try {
      await readModel(card.key);
    } catch (error) {
      return {
        subject,
        state: "fault",
        detail: messageOf(error),
        // In a clone the files are built or committed; in an install they come with the package.
        remedy: (await isClone()) ? remedyOf(card) : await reinstallation(),
      };
    }
  }
  return { subject, state: "well", detail: `${modelCards.length} present, with the right hashes` };
}

/** Every package anew, with the native parts of this machine, and without ONNX Runtime's script, which fetches more. */
async function reinstallation(): Promise<string> {
  return (await isClone()) ? "npm ci" : "npm ci --include=optional --ignore-scripts";
}

async function isClone(): Promise<boolean> {
  try {
    // No project that mien is installed in has a file of this name, as it has a package-lock.json.
    await access(new URL("../../../architecture.json", import.meta.url));
    return true;
  } catch {
    return false;
  }
}

function memory(workers: number): Finding {
  const limit = process.constrainedMemory();
  // Without a limit Node answers 0 or more than there is.
  const bytes = limit > 0 && limit < totalmem() ? limit : totalmem();
  const needed = 350e6 * workers;
  const detail = `${(bytes / 1e9).toFixed(1)} GB for ${workers} ${workers === 1 ? "worker" : "workers"}`;
  return bytes >= needed
    ? { subject: "Memory", state: "well", detail }
    : {
        subject: "Memory",
        state: "warning",
        detail: `${detail} may not be enough`,
        remedy: `mien serve --workers ${Math.max(1, Math.floor(bytes / 350e6))}`,
      };
}

function threadPool(): Finding {
  const subject = "Thread pool";
  try {
    return { subject, state: "well", detail: `${checkThreadPool()} threads` };
  } catch (error) {
    return {
      subject,
      state: "fault",
      detail: messageOf(error),
      remedy: "unset UV_THREADPOOL_SIZE   # Node's default is 4",
    };
  }
}

async function listeningPlace(settings: ExaminedSettings): Promise<Finding> {
  const subject = "Port";
  const { host, port } = settings;
  try {
    checkExposure(settings);
    await tryListening(settings);
    const detail = port === 0 ? `any free port on ${host}` : `${port} on ${host} is free`;
    return { subject, state: "well", detail };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EADDRINUSE")
      return { subject, state: "fault", detail: messageOf(listeningError(settings, error)) };
    return {
      subject,
      state: "warning",
      detail: `${port} on ${host} is in use: is mien already running?`,
      remedy: "mien serve --port 0   # picks a free port",
    };
  }
}
