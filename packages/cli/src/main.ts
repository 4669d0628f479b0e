#!/usr/bin/env node
import { run } from "./run.js";

const interruption = new AbortController();
// The first Ctrl-C lets the command end in order, the second ends it at once.
process.once("SIGINT", () => interruption.abort());
// Whoever reads the results may have read enough, as `head` does: then the command ends in order too.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") throw error;
  interruption.abort();
});
// What cannot be told, to a terminal that was closed say, is no reason for a server to end.
process.stderr.on("error", () => undefined);

process.exitCode = await run(
  process.argv.slice(2),
  { out: process.stdout, error: process.stderr, environment: process.env },
  interruption.signal,
);
