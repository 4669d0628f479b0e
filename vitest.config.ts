import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: [
      "packages/*/src/**/*.test.ts",
      "apps/*/src/**/*.test.ts",
      "tests/**/*.test.ts",
      "examples/**/*.test.ts",
      "training/**/*.test.ts",
    ],
    // Pictures go through real models on two cores; a slow machine must not fail a right answer.
    testTimeout: 60_000,
    hookTimeout: 120_000,
    // Each file that starts a server brings its own workers and sessions: more files at once only swap.
    maxWorkers: 2,
  },
});
