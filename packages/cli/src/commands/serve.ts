import { fileURLToPath } from "node:url";
import {
  readSettings,
  type RawSettings,
  type ServerSettings,
  type SettingName,
  settingRows,
} from "@mien/server/settings";
import type { RunningServer } from "@mien/server/start-server";
import type { Command } from "commander";
import type { CommandContext } from "../command-context.js";
import { exitCodes } from "../exit-codes.js";
import { addExamples, addJsonOption, type JsonOption } from "../options.js";
import { addSettingOptions, namedSettings, unknownVariables } from "../setting-options.js";
import { printJson, printLine, type Terminal, warn } from "../terminal.js";

const names = Object.keys(settingRows) as SettingName[];

export function addServeCommand(program: Command, context: CommandContext): void {
  const command = program
    .command("serve")
    .summary("start the face service")
    .description(
      "Starts the face service; it ends at SIGTERM or Ctrl-C when what is at work is answered.",
    )
    .action((options: JsonOption) => serve(namedSettings(command, names), options, context));
  addSettingOptions(command, names);
  addJsonOption(command);
  addExamples(command, ["serve", "serve --port 0 --data-dir /var/lib/mien"]);
}

async function serve(
  flags: RawSettings,
  options: JsonOption,
  context: CommandContext,
): Promise<void> {
  const { terminal } = context;
  const asked = new AbortController();
  const end = (): void => asked.abort();
  process.once("SIGTERM", end);
  context.signal.addEventListener("abort", end);
  const settings = readSettings(flags, terminal.environment);
  for (const name of unknownVariables(terminal.environment))
    warn(terminal, `${name} is no setting and changes nothing; mien serve --help has them all`);
  // Loaded only now: every other command starts without the server.
  const { startServer } = await import("@mien/server/start-server");
  const server = await startServer(
    settings,
    fileURLToPath(new URL(".", import.meta.resolve("@mien/playground/index.html"))),
  );
  const reload = (): void => server.reload();
  process.on("SIGHUP", reload);
  if (options.json === true) {
    const { endpoint, keyFile } = server;
    printJson(terminal, { endpoint, keyFile, playground: settings.playground });
  } else greet(server, settings, terminal);
  await new Promise<void>((resolve) => {
    if (asked.signal.aborted) resolve();
    else asked.signal.addEventListener("abort", () => resolve());
  });
  process.off("SIGHUP", reload);
  await server.close();
  context.exitCode = exitCodes.done;
}

/** What a person needs to go on: where it is, where the key is, what to type. */
function greet(server: RunningServer, settings: ServerSettings, terminal: Terminal): void {
  const key = server.keyFile === undefined ? "<your key>" : `$(cat ${server.keyFile})`;
  printLine(terminal, `Mien listens on ${server.endpoint}`);
  if (server.keyFile !== undefined) printLine(terminal, `The key is in ${server.keyFile}`);
  if (settings.playground) printLine(terminal, `The playground is at ${server.endpoint}/`);
  printLine(
    terminal,
    `Try: curl -s${settings.tls === undefined ? "" : ` --cacert ${settings.tls.certificate}`} "${server.endpoint}/face/v1.1-preview.1/detect?detectionModel=detection_03&recognitionModel=recognition_04" ` +
      `-H "Ocp-Apim-Subscription-Key: ${key}" -H "Content-Type: application/octet-stream" --data-binary @photo.jpg`,
  );
}
