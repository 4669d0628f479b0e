import { expect, it } from "vitest";
import { createProgram } from "./program.js";
import { clientVariables } from "./setting-options.js";

it.each(clientVariables)("help tells of %s, which is read", (name) => {
  let text = "";
  const program = createProgram({
    terminal: {
      out: { write: (part: string) => (text += part) },
      error: { write: () => true },
      environment: {},
    },
    signal: new AbortController().signal,
    exitCode: 0,
  });
  program.outputHelp();
  for (const command of program.commands) command.outputHelp();
  expect(text).toContain(name);
});
