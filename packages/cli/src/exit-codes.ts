/** What the exit code of every command means; `mien --help` prints it. */
export const exitCodes = {
  done: 0,
  no: 1,
  usage: 2,
  refused: 3,
  credential: 4,
  unavailable: 5,
  internal: 70,
  interrupted: 130,
} as const;
export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

export const exitCodeMeanings: readonly (readonly [ExitCode, string])[] = [
  [exitCodes.done, "success; verify: the same person; similar: somebody was found"],
  [
    exitCodes.no,
    "the answer is no: different people, nobody similar, or doctor, models or store found a problem",
  ],
  [exitCodes.usage, "the command line or a setting is wrong"],
  [exitCodes.refused, "a file could not be read or written, or the service refused a request"],
  [exitCodes.credential, "the key or token is missing, wrong or not permitted"],
  [exitCodes.unavailable, "the service is unreachable, overloaded or failed"],
  [exitCodes.internal, "a bug in mien"],
  [exitCodes.interrupted, "interrupted"],
];
