/** Runs that are asked for at the same time are shared out to idle workers. */
import { describe, expect, it, vi } from "vitest";
import { type HelpedRun, HelpedSessions, type NetworkRun } from "./helped-sessions.js";
import { floats, type Outputs, Sessions } from "./sessions.js";
import { buffersOf } from "./worker-messages.js";
import { WorkerLeases } from "./worker-leases.js";

const side = 192;
const input = (seed: number): Float32Array =>
  Float32Array.from({ length: 3 * side * side }, (_, i) => ((i * seed) % 251) / 251);
const ask = (sessions: Sessions, seed: number): Promise<Outputs> =>
  sessions.run("mesh", input(seed), [1, 3, side, side]);
const presence = (outputs: Outputs): number => floats(outputs, "presence")[0]!;

interface Helper {
  readonly fails?: boolean;
  /** What it says of every network that it ran, milliseconds a value. */
  readonly pace?: number;
}

/** Sessions among four workers of which some are idle; what is lent is computed by sessions of its own. */
function among(idle: readonly number[], { fails = false, pace }: Helper = {}) {
  const leases = new WorkerLeases(4);
  for (const worker of idle) leases.release(worker);
  const helper = new Sessions();
  const loans: { worker: number; runs: number; keys: string[] }[] = [];
  const compute = (runs: readonly NetworkRun[]): Promise<HelpedRun[]> =>
    Promise.all(
      runs.map(async ({ key, input: own, shape }) => ({
        outputs: await helper.run(key, own, shape),
        pace,
      })),
    );
  const sessions: HelpedSessions = new HelpedSessions(leases, (worker, loan, runs) => {
    loans.push({ worker, runs: runs.length, keys: runs.map(({ key }) => key) });
    const moved = structuredClone(runs, { transfer: buffersOf(runs) });
    void compute(moved).then((helped) => {
      leases.release(worker);
      if (fails) sessions.failed(loan, new Error("the helper died"));
      else sessions.returned(loan, helped);
    });
  });
  return { sessions, loans, leases };
}

describe("sessions with helpers", () => {
  it("give the same answers in the same order, whoever computes them", async () => {
    const alone = new Sessions();
    const seeds = [3, 5, 7, 11, 13, 17];
    const { sessions, loans, leases } = among([1, 3]);
    expect(sessions.lanes).toBe(3);
    const got = await Promise.all(seeds.map((seed) => ask(sessions, seed)));
    for (const [index, seed] of seeds.entries())
      expect(presence(got[index]!)).toBe(presence(await ask(alone, seed)));
    expect(new Set(loans.map(({ worker }) => worker))).toEqual(new Set([1, 3]));
    expect(leases.idle).toBe(2);
  });

  it("lend nothing when nobody is idle, or when there is one run only", async () => {
    const busy = among([]);
    await Promise.all([ask(busy.sessions, 3), ask(busy.sessions, 5)]);
    expect(busy.loans).toEqual([]);
    const single = among([0, 1, 2]);
    await ask(single.sessions, 3);
    expect(single.loans).toEqual([]);
    expect(single.leases.idle).toBe(3);
  });

  it("lend the first of several that were announced before the others' inputs are made", async () => {
    const { sessions, loans } = among([2]);
    const gathered = sessions.gather(2);
    const first = ask(sessions, 3);
    expect(loans).toEqual([{ worker: 2, runs: 1, keys: ["mesh"] }]);
    const second = ask(sessions, 5);
    gathered();
    const alone = new Sessions();
    expect(presence(await first)).toBe(presence(await ask(alone, 3)));
    expect(presence(await second)).toBe(presence(await ask(alone, 5)));
    expect(loans).toHaveLength(1);
  });

  it("keep what others wait for, and run it first", async () => {
    const { sessions, loans } = among([2]);
    const here: string[] = [];
    const runHere = sessions.runHere.bind(sessions);
    sessions.runHere = (run) => {
      here.push(run.key);
      return runHere(run);
    };
    const crop = new Float32Array(3 * 112 * 112);
    await Promise.all([
      ...[1, 2, 3].map(() => sessions.run("fr", crop.slice(), [1, 3, 112, 112])),
      ask(sessions, 3),
    ]);
    expect(here[0]).toBe("mesh");
    const lent = loans.flatMap(({ keys }) => keys);
    expect(lent.length).toBeGreaterThan(0);
    expect(lent).not.toContain("mesh");
  });

  it("know from helpers how long networks take that they never run themselves", async () => {
    const { sessions, loans } = among([2], { pace: 1e-3 });
    const crop = (): Float32Array => new Float32Array(3 * 112 * 112);
    const askCrop = (): Promise<Outputs> => sessions.run("fr", crop(), [1, 3, 112, 112]);
    expect(sessions.paceOf("fr")).toBeUndefined();
    await Promise.all([1, 2, 3, 4, 5, 6, 7, 8].map(askCrop));
    expect(loans.flatMap(({ keys }) => keys)).toContain("fr");
    expect(sessions.paceOf("fr")).toBeDefined();
  });

  it("hold back the end of a long share for whoever is done first", async () => {
    // 110 ms a run, by whatever is measured here and by what the helper says, so a share of five is long.
    let now = 0;
    const clock = vi.spyOn(performance, "now").mockImplementation(() => (now += 110));
    const { sessions, loans } = among([2], { pace: 1e-3 });
    const askSome = (): Promise<Outputs[]> =>
      Promise.all([1, 2, 3, 4, 5, 6, 7, 8, 9, 10].map((seed) => ask(sessions, seed)));
    await askSome();
    loans.length = 0;
    await askSome();
    clock.mockRestore();
    expect(loans[0]!.runs).toBe(4);
  });

  it("fail the runs of a helper that dies, and only those", async () => {
    const { sessions, loans } = among([2], { fails: true });
    const results = await Promise.allSettled([3, 5, 7, 11].map((seed) => ask(sessions, seed)));
    const lent = loans.reduce((sum, { runs }) => sum + runs, 0);
    expect(lent).toBeGreaterThan(0);
    expect(results.filter(({ status }) => status === "rejected")).toHaveLength(lent);
  });
});

it("an input that is kept is still there after it was lent", async () => {
  const { sessions, loans } = among([1, 2, 3]);
  const inputs = [3, 5, 7, 11].map(input);
  await Promise.all(inputs.map((own) => sessions.runKept("mesh", own, [1, 3, side, side])));
  expect(loans.length).toBeGreaterThan(0);
  for (const own of inputs) expect(own).toHaveLength(3 * side * side);
});
