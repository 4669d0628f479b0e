import { fileURLToPath } from "node:url";
import { type RawSettings, type SettingName, settingRows } from "@mien/server/setting-rows";
import { readSettings, type ServerSettings } from "@mien/server/settings";
import type { RunningServer } from "@mien/server/start-server";
import type { Command } from "commander";
import type { CommandContext } from "../command-context.js";
import { exitCodes } from "../exit-codes.js";
import { openUnlessAborted } from "../interruption.js";
import { addExamples, addJsonOption, type JsonOption } from "../options.js";
import { addSettingOptions, namedSettings, unknownVariables } from "../setting-options.js";
import { shellWord } from "../shell-word.js";
import { printJson, printLine, type Terminal, warn } from "../terminal.js";

const names = Object.keys(settingRows) as SettingName[];

export function addServeCommand(program: Command, context: CommandContext): void {
  const command = program
    .command("serve")
    .summary("start the face service")
    .description(
      "Starts the face service. On SIGTERM or Ctrl-C it finishes running calls and ends.",
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
  const { terminal, signal } = context;
  // From the first to the last moment: without a listener the signal that asks for fresh keys ends the process.
  const reloads = reloadsBySignal();
  const settings = readSettings(flags, terminal.environment);
  for (const name of unknownVariables(terminal.environment))
    warn(
      terminal,
      `${name} is not a setting and has no effect; mien serve --help lists all settings`,
    );
  // Loaded only now: every other command starts without the server.
  const [{ startServer }, { openErrorLines }] = await Promise.all([
    import("@mien/server/start-server"),
    import("@mien/server/observability/error-lines"),
  ]);
  const errorLines = openErrorLines();
  const starting = startServer(settings, {
    playgroundDirectory: fileURLToPath(
      new URL(".", import.meta.resolve("@mien/playground/index.html")),
    ),
    ...(errorLines === undefined ? {} : { errorLines }),
  });
  // Its store may be one that never answers.
  const server = await openUnlessAborted(starting, signal);
  reloads.begin(() => server.reload());
  if (options.json === true) {
    const { endpoint, keyFile } = server;
    printJson(terminal, { endpoint, keyFile, playground: settings.playground });
  } else greet(server, settings, terminal);
  await new Promise<void>((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve());
  });
  reloads.end();
  await server.close();
  const told = await errorLines?.end();
  context.exitCode = exitCodes.done;
  // Lines that nobody reads would hold the process for good.
  if (told === false) process.exit(context.exitCode);
}

/** SIGHUP: what comes while the server starts is done when it has, for it may have read its files before. */
function reloadsBySignal(): { begin(reload: () => void): void; end(): void } {
  let reload: (() => void) | undefined;
  let waiting = false;
  process.on("SIGHUP", () => {
    if (reload === undefined) waiting = true;
    else reload();
  });
  return {
    begin(work) {
      reload = work;
      if (waiting) work();
    },
    end() {
      reload = () => undefined;
    },
  };
}

/** What a person needs to go on: where it is, where the key is, what to type. */
function greet(server: RunningServer, settings: ServerSettings, terminal: Terminal): void {
  const key = server.keyFile === undefined ? "<your key>" : `$(cat ${shellWord(server.keyFile)})`;
  printLine(terminal, `Mien listens on ${server.endpoint}`);
  if (server.keyFile !== undefined) printLine(terminal, `The key is in ${server.keyFile}`);
  if (settings.playground) printLine(terminal, `The playground is at ${server.endpoint}/`);
  printLine(
    terminal,
    `Try: curl -s${settings.tls === undefined ? "" : ` --cacert ${shellWord(settings.tls.certificate)}`} "${server.endpoint}/face/v1.1-preview.1/detect?detectionModel=detection_03&recognitionModel=recognition_04" ` +
      `-H "Ocp-Apim-Subscription-Key: ${key}" -H "Content-Type: application/octet-stream" --data-binary @photo.jpg`,
  );
}
