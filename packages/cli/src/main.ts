#!/usr/bin/env node
import { run } from "./run.js";

const interruption = new AbortController();
// The first Ctrl-C lets the command end in order, the second ends it at once.
process.once("SIGINT", () => interruption.abort());

process.exitCode = await run(
  process.argv.slice(2),
  { out: process.stdout, error: process.stderr, environment: process.env },
  interruption.signal,
);
