/** Options that several commands share, written once so that they read and mean the same everywhere. */
import {
  detectionModels,
  faceAttributeTypes,
  recognitionModels,
  type FaceDetectionModel,
  type FaceRecognitionModel,
} from "@mien/contract/names";
import type { DetectParameters } from "@mien/client";
import { workerRange } from "@mien/server/settings";
import { InvalidArgumentError, Option, type Command } from "commander";
import type { ConnectionOptions } from "./connection.js";

export interface JsonOption {
  readonly json?: boolean;
}
export interface ModelOptions {
  readonly detectionModel: FaceDetectionModel;
  readonly recognitionModel: FaceRecognitionModel;
}

/** Options of every command that asks for faces. */
export interface FaceCommandOptions extends ConnectionOptions, JsonOption, ModelOptions {}

/** Adds {@link FaceCommandOptions}, behind the command's own options. */
export function addFaceCommandOptions(command: Command): void {
  addModelOptions(command);
  addJsonOption(command);
  addConnectionOptions(command);
}

/** Where the work is done: in this process, or by a service. */
function addConnectionOptions(command: Command): Command {
  // `connection.ts` reads the variables: Commander's `.env` would take the process's, whatever the terminal's are.
  return command
    .option("--endpoint <url>", "use a running service, Mien's or Azure's (env: MIEN_ENDPOINT)")
    .option("--key <key>", "its key; prefer the environment variable (env: MIEN_KEY)")
    .option("--api-version <version>", "version of its API")
    .option("--workers <number>", "worker threads, if there is no endpoint", parseWorkers);
}

function addModelOptions(command: Command): Command {
  return command
    .addOption(
      new Option("--detection-model <name>", "how faces are found")
        .choices(detectionModels)
        .default("detection_03"),
    )
    .addOption(
      new Option("--recognition-model <name>", "how faces are compared")
        .choices(recognitionModels)
        .default("recognition_04"),
    );
}

/** What to ask of a detection whose faces are to be compared. */
export function comparableFaces({
  detectionModel,
  recognitionModel,
}: ModelOptions): DetectParameters {
  return { detectionModel, recognitionModel, returnFaceId: true };
}

export function addJsonOption(command: Command): Command {
  return command.option("--json", "print JSON instead of a table");
}

/** Examples below a command's help. */
export function addExamples(command: Command, examples: readonly string[]): Command {
  return command.addHelpText(
    "after",
    `\nExamples:\n${examples.map((example) => `  $ mien ${example}`).join("\n")}`,
  );
}

/** A whole number of 1 or more. */
export function parseCount(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) {
    throw new InvalidArgumentError("expected a whole number of at least 1");
  }
  return value;
}

/** An empty variable in a script would mean the folder in which it happens to run. */
export function parseFolder(text: string): string {
  if (text === "") throw new InvalidArgumentError("expected a folder");
  return text;
}

/** As many as a server may have. */
function parseWorkers(text: string): number {
  const workers = parseCount(text);
  const { maximum } = workerRange;
  if (workers > maximum) throw new InvalidArgumentError(`expected at most ${maximum}`);
  return workers;
}

/** Attribute names separated by commas, in any case. */
export function parseAttributes(text: string): string[] {
  return text
    .split(",")
    .map((word) => word.trim())
    .filter((word) => word !== "")
    .map((word) => {
      const known = faceAttributeTypes.find((name) => name.toLowerCase() === word.toLowerCase());
      if (known === undefined) {
        throw new InvalidArgumentError(`expected one or more of ${faceAttributeTypes.join(", ")}`);
      }
      return known;
    });
}

/** The part of a command's options that says where the work is done. */
export function connectionOptions(options: ConnectionOptions): ConnectionOptions {
  const { endpoint, key, apiVersion, workers } = options;
  return {
    ...(endpoint === undefined ? {} : { endpoint }),
    ...(key === undefined ? {} : { key }),
    ...(apiVersion === undefined ? {} : { apiVersion }),
    ...(workers === undefined ? {} : { workers }),
  };
}
