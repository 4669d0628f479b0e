#!/usr/bin/env node
import { exitCodes } from "./exit-codes.js";
import { run } from "./run.js";

const interruption = new AbortController();
// The first Ctrl-C lets the command end in order, the second ends it at once.
for (const name of ["SIGINT", "SIGTERM"] as const) process.once(name, () => interruption.abort());
// Whoever reads the results may have read enough, as `head` does: then the command ends in order too.
let isLost = false;
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code === "EPIPE") {
    interruption.abort();
    return;
  }
  if (!isLost) process.stderr.write(`mien: cannot write the result: ${error.message}\n`);
  isLost = true;
});
// Whatever the answer is, nobody has it. The server serves on until it is asked to end.
process.once("exit", (code) => {
  if (isLost && (code === exitCodes.done || code === exitCodes.no))
    process.exitCode = exitCodes.refused;
});
// What cannot be told, to a terminal that was closed say, is no reason for a server to end.
process.stderr.on("error", () => undefined);

const exitCode = await run(
  process.argv.slice(2),
  { out: process.stdout, error: process.stderr, environment: process.env },
  interruption.signal,
);
process.exitCode = exitCode;
// What was left waiting for an answer would hold the process.
if (exitCode === exitCodes.interrupted) process.exit();
