/**
 * An answered faceId outlives `kill -9` of any process and of all of them. `npm run kills` goes on for 5,000 kills, or for as
 * many as `MIEN_KILLS` says.
 */
import { rmSync } from "node:fs";
import { expect, it } from "vitest";
import { temporaryFolder } from "./faces.js";
import { killAtRandom } from "./kills.js";

const kills = Number(process.env["MIEN_KILLS"] ?? 200);

it(
  `loses no answered face in ${kills} kills of four processes on one directory`,
  async () => {
    const folder = temporaryFolder();
    let kept = true;
    try {
      const report = await killAtRandom(folder, { kills, processes: 4 });
      expect(report).toMatchObject({ lost: 0, wrong: 0, damaged: 0, failures: [] });
      expect(report.kills).toBeGreaterThanOrEqual(kills);
      expect(report.massacres).toBeGreaterThan(0);
      expect(report.early).toBeGreaterThan(0);
      expect(report.acknowledged).toBeGreaterThan(kills);
      console.log(
        [
          "| Kills | Times all at once | Times while starting | Answered | Lost | Wrong | Seconds |",
          "| ---: | ---: | ---: | ---: | ---: | ---: | ---: |",
          `| ${report.kills} | ${report.massacres} | ${report.early} | ${report.acknowledged} | ${report.lost} | ${report.wrong} | ${report.seconds.toFixed(0)} |`,
        ].join("\n"),
      );
      kept = false;
    } finally {
      // A store that a kill broke is kept, to be looked at.
      if (kept) console.error(`the store is kept in ${folder}`);
      else rmSync(folder, { recursive: true });
    }
  },
  kills * 1500,
);
