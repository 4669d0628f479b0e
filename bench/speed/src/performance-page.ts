/** `docs/performance.md` and its plots, from what was measured. */
import { mkdir, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { format, resolveConfig } from "prettier";
import type { Machine } from "./machine.js";
import { linePlot } from "./plot.js";
import type { Measured, PartName, SpeedParts, SpeedReport } from "./speed-report.js";

const docs = new URL("../../../docs/", import.meta.url);

interface Section {
  readonly text: string;
  /** SVG by file name. */
  readonly plots?: Readonly<Record<string, string>>;
}

const ms = (value: number): string => value.toFixed(value < 10 ? 1 : 0);
const ratio = (value: number): string => value.toFixed(2);
const megabytes = (value: number): string => value.toFixed(0);

function table(header: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  return [header, header.map(() => "---"), ...rows]
    .map((row) => `| ${row.join(" | ")} |`)
    .join("\n");
}

const sections: {
  readonly [Name in PartName]: {
    readonly title: string;
    readonly write: (result: SpeedParts[Name]) => Section;
  };
} = {
  peers: {
    title: "Against other face libraries for Node",
    write: ({ rounds, rows }) => ({
      text: `The six photographs of three to five faces that face-api comes with, 1920 pixels wide, one at a time. Mien over HTTP with default settings, detection_03, faceIds and landmarks; the others in the process, with their detector, landmarks and descriptor. Every photograph goes through all of them in each of ${rounds} rounds; the ratios are medians of rounds.\n\n${table(
        ["", "faces", "ms a photograph", "to recognition_04", "to recognition_03"],
        rows.map((row) => [
          row.name,
          row.faces,
          ms(row.median),
          ratio(row.toRecognition04),
          ratio(row.toRecognition03),
        ]),
      )}`,
    }),
  },
  detect: {
    title: "One request at a time",
    write: ({ rounds, rows }) => ({
      text: `A whole request over HTTP beside its floor: the decoder and the bare networks on one thread, measured in the same ${rounds} rounds. With all workers, idle ones help the one request that runs, so the ratio can fall below 1.\n\n${table(
        [
          "picture",
          "parameters",
          "faces found",
          "floor, ms",
          "one worker, ms",
          "to floor",
          "all workers, ms",
          "to floor",
        ],
        rows.map((row) => [
          row.picture,
          row.parameters,
          row.facesFound,
          ms(row.floor),
          ms(row.oneWorker),
          ratio(row.oneWorkerToFloor),
          ms(row.allWorkers),
          ratio(row.allWorkersToFloor),
        ]),
      )}`,
    }),
  },
  profile: {
    title: "Where the time goes",
    write: ({ turns, parameters, columns }) => {
      const networks = [...new Set(columns.flatMap((column) => Object.keys(column.networks)))];
      const row = (
        name: string,
        value: (column: (typeof columns)[number]) => number | undefined,
      ) => [name, ...columns.map((column) => value(column)?.toFixed(1) ?? "–")];
      return {
        text: `Milliseconds a picture on one thread, without HTTP, store and other processes: ${parameters}; means of ${turns} turns or more. Loops and garbage are told by samples, the rest is what remains.\n\n${table(
          ["", ...columns.map(({ picture }) => picture)],
          [
            row("faces", ({ faces }) => faces),
            row("all", ({ total }) => total),
            row("decoding", ({ decoding }) => decoding),
            ...networks.map((name) => row(`network \`${name}\``, (own) => own.networks[name])),
            row("compiled loops: crops, sizes, inputs", ({ loops }) => loops),
            row("garbage collection", ({ garbage }) => garbage),
            row("the rest", ({ rest }) => rest),
          ],
        )}`,
      };
    },
  },
  load: {
    title: "Many callers",
    write: (load) => {
      const operations = [...new Set(load.rows.map(({ operation }) => operation))];
      const of = (operation: string, value: "throughput" | "p99") =>
        load.rows
          .filter((row) => row.operation === operation)
          .map((row) => [row.callers, row[value]] as const);
      return {
        text: `Callers that call again as soon as they have their answer, in another process than the server, on the same cores.\n\n![Answers a second by callers](performance/throughput.svg)\n\n![99th percentile by callers](performance/p99.svg)\n\n${table(
          ["operation", "callers", "answers/s", "p50, ms", "p99, ms", "refused"],
          load.rows.map((row) => [
            row.operation,
            row.callers,
            row.throughput.toFixed(1),
            ms(row.p50),
            ms(row.p99),
            row.refused,
          ]),
        )}\n\n${table(
          ["", ""],
          [
            ["two workers to one, answers a second", ratio(load.twoWorkersToOne)],
            [
              "one worker under load: time for an answer to its floor",
              ratio(load.throughputToFloor),
            ],
            ["event loop delay p99 while all workers detect, ms", ms(load.eventLoopP99)],
          ],
        )}\n\nWhether calls without a picture wait behind those with one, by the niceness of the threads that see pictures (\`MIEN_WORKER_NICENESS\`; medians of rounds by turns):\n\n${table(
          [
            "niceness",
            "verify p99 alone, ms",
            "beside eight callers of detect, ms",
            "to alone",
            "detections/s without it",
          ],
          load.precedence.map((row) => [
            row.isDefault ? `${row.niceness}, the default` : row.niceness,
            ms(row.verifyAlone),
            ms(row.verifyLoaded),
            ratio(row.verifyLoaded / row.verifyAlone),
            row.detections.toFixed(1),
          ]),
        )}\n\nCalls that see no picture, one at a time, against a bare Fastify route that returns the same bytes, the store's reads and the arithmetic alone:\n\n${table(
          [
            "operation",
            "bare route, ms",
            "reads, ms",
            "arithmetic, ms",
            "call, ms",
            "to their sum",
          ],
          load.matching.map((row) => [
            row.operation,
            ms(row.bareRoute),
            ms(row.reads),
            ms(row.arithmetic),
            ms(row.call),
            ratio(row.toFloor),
          ]),
        )}`,
        plots: {
          "throughput.svg": linePlot(
            "Answers a second by callers",
            { label: "callers", logarithmic: true },
            { label: "answers a second", logarithmic: true },
            operations.map((name) => ({ name, points: of(name, "throughput") })),
          ),
          "p99.svg": linePlot(
            "99th percentile by callers",
            { label: "callers", logarithmic: true },
            { label: "p99, ms", logarithmic: true },
            operations.map((name) => ({ name, points: of(name, "p99") })),
          ),
        },
      };
    },
  },
  overload: {
    title: "Four times too much",
    write: (report) => ({
      text: `Pictures sent for ${report.seconds} s at four times the rate that was answered before, to a server whose \`MIEN_MAX_WAIT\` is ${report.wait} ms.\n\n${table(
        ["", ""],
        [
          ["answers a second before and after", report.capacity.toFixed(1)],
          ["answers a second during, to before and after", ratio(report.throughputToCapacity)],
          ["answered / refused", `${report.overload.answered} / ${report.overload.refused}`],
          ["refusals with `Retry-After`", report.withRetryAfter],
          ["answered p99, ms", ms(report.overload.p99)],
          ["refused p99, ms", ms(report.overload.refusedP99)],
          [
            "resident MB before / most",
            `${megabytes(report.residentBefore)} / ${megabytes(report.residentPeak)}`,
          ],
          ["a request one second later, to one before", ratio(report.recovery)],
        ],
      )}`,
    }),
  },
  memory: {
    title: "Memory",
    write: (report) => ({
      text: `${report.detections} detections of five sorts of picture with two workers. Over the second half the resident size changes by ${ratio(report.slope)} ± ${ratio(report.slopeError)} MB for each thousand.\n\n![Resident size by detections](performance/memory.svg)\n\n64 pictures of 12 megapixels at once: ${megabytes(report.large.before)} MB before, at most ${megabytes(report.large.peak)} MB during, ${megabytes(report.large.after)} MB a second after; ${report.large.answered} answered.`,
      plots: {
        "memory.svg": linePlot(
          "Resident size by detections",
          { label: "detections" },
          { label: "resident, MB" },
          [{ name: "two workers", points: report.resident }],
        ),
      },
    }),
  },
  start: {
    title: "Start",
    write: ({ starts, rows, eachWorker }) => ({
      text: `Medians of ${starts} starts. "Used" is after every worker has run every network that detection_01 with all its attributes needs. One more worker adds ${megabytes(eachWorker)} MB.\n\n${table(
        [
          "workers",
          "first answer, ms",
          "models loaded, ms",
          "first picture, ms",
          "second, ms",
          "idle, MB",
          "used, MB",
        ],
        rows.map((row) => [
          row.workers,
          ms(row.listening),
          ms(row.ready),
          ms(row.firstPicture),
          ms(row.secondPicture),
          megabytes(row.idle),
          megabytes(row.used),
        ]),
      )}`,
    }),
  },
  changes: {
    title: "What was tried",
    write: (rows) => ({
      text: `Each change against what it replaced or was to replace, in pairs of runs.\n\n${table(
        ["change", "before", "after", "before, ms", "after, ms", "after to before", ""],
        rows.map((row) => [
          row.change,
          row.before,
          row.after,
          ms(row.beforeTime),
          ms(row.afterTime),
          ratio(row.ratio),
          row.kept ? "kept" : "dropped",
        ]),
      )}`,
    }),
  },
};

const knobs = `## Size a machine

- **One worker is one core.** \`MIEN_WORKERS\` defaults to the CPU quota of the container, or the host's cores. More workers than cores gain nothing.
- **Requests a second**: cores × 1000 / the floor of your pictures ("One request at a time"), times the ratio of throughput to floor under "Many callers".
- **Memory**: what "Start" says of one server plus its megabytes for each further worker, plus what "Memory" says of large pictures.
- **Latency of a lone request** falls with idle workers: networks that do not wait for each other run at the same time.

| Knob                 | What it does                                                                       |
| -------------------- | ---------------------------------------------------------------------------------- |
| \`MIEN_WORKERS\`       | throughput and memory, in proportion                                               |
| \`MIEN_MAX_WAIT\`      | how long an answer may take before a picture is refused at once with 503           |
| \`MIEN_QUEUE_LIMIT\`   | calls of any kind at once; keep it above what waits for workers                    |
| \`MIEN_WORKER_NICENESS\` | how far calls without a picture go before those with one; 0 beside programs that must not |
| \`MIEN_RECYCLE_AFTER\` | replaces each worker after so many pictures, between two of them; for the cautious |

Of the parameters of detect, \`returnFaceId\`, \`returnFaceLandmarks\` and each attribute cost what they need and nothing when not asked for; \`recognition_03\` runs one network a face, \`recognition_04\` three. A picture in which nothing is found is looked at again with a margin and on its sides, so it costs several detections.`;

function measuredOn({ processor, cores, node, load }: Machine): string {
  return `_${processor}, ${cores} cores, Node ${node}; load of the machine at the start ${load.toFixed(1)}${load >= 1 ? ": shared with other work, so read the ratios and not the milliseconds" : ""}._`;
}

export async function writePerformancePage(report: SpeedReport): Promise<void> {
  const texts: string[] = [];
  const plots: Record<string, string> = {};
  const write = <Name extends PartName>(
    name: Name,
    measured: Measured<SpeedParts[Name]> | undefined,
  ): void => {
    if (measured === undefined) return;
    const { title, write: writeSection } = sections[name];
    const section = writeSection(measured.result);
    Object.assign(plots, section.plots);
    texts.push(
      `## ${title}\n\n\`npm run bench:${name}\`\n\n${section.text}\n\n${measuredOn(measured.machine)}`,
    );
  };
  for (const name of Object.keys(sections) as PartName[]) write(name, report[name] as never);
  const page = `# Performance\n\nWritten from \`bench/results/speed.json\` by the commands that each section names. Contestants take turns within a round, and what is compared are the rounds, so that a busy machine slows them alike.\n\n${[...texts, knobs].join("\n\n")}\n`;
  const path = fileURLToPath(new URL("performance.md", docs));
  await writeFile(path, await format(page, { ...(await resolveConfig(path)), filepath: path }));
  const folder = fileURLToPath(new URL("performance/", docs));
  await mkdir(folder, { recursive: true });
  for (const [name, svg] of Object.entries(plots)) await writeFile(`${folder}${name}`, svg);
}
