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
    testTimeout: 300_000,
    hookTimeout: 300_000,
    // What tests wait for with `expect.poll`; `vi.waitFor` knows no limit that holds for all, so it is not used.
    expect: { poll: { timeout: 60_000 } },
    // Beside other tests, workers that leave them the precedence would be slower than what their answers may take.
    env: { MIEN_WORKER_NICENESS: "0" },
    // Each file that starts a server brings its own workers and sessions: more files at once only swap.
    maxWorkers: 2,
  },
});
