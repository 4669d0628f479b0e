/** `docs/performance.md` and its plots, from what was measured. */
import { mkdir, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { format, resolveConfig } from "prettier";
import type { Machine } from "./machine.js";
import { linePlot } from "./plot.js";
import type { Measured, PartName, SpeedParts, SpeedReport } from "./speed-report.js";
import { quantile } from "./statistics.js";

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
      text: `Measured on the six photographs that come with face-api, with three to five faces each and 1920 pixels wide, one at a time. Mien runs over HTTP with default settings, detection_03, faceIds and landmarks. The other libraries run in the process, with their detector, landmarks and descriptor. In each of ${rounds} rounds, every library analyses every photograph; milliseconds and ratios are medians over the rounds for each photograph, and their means over the six.\n\n${table(
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
      text: `Compares a whole request over HTTP with its floor: the decoder and the bare networks on one thread, measured in the same ${rounds} rounds. With all workers, idle workers help the one running request, so the ratio can fall below 1.\n\n${table(
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
        text: `Milliseconds per picture on one thread, without HTTP, store and other processes: ${parameters}; means of at least ${turns} runs. Loops are measured by sampling in runs of their own, garbage collection by V8's own account; the rest is the remainder, which their errors can make negative.\n\n${table(
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
        text: `Each caller sends its next call as soon as it has an answer. The callers run in a separate process on the same cores as the server.\n\n![Answers a second by callers](performance/throughput.svg)\n\n![99th percentile by callers](performance/p99.svg)\n\n${table(
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
            ["one worker under load: time for an answer to its floor", ratio(load.answerToFloor)],
            ...eventLoopRows([load.eventLoopP99].flat(), load.idleEventLoopP99),
          ],
        )}\n\nHow long calls without a picture wait for calls with a picture, by the niceness of the threads that analyse pictures (\`MIEN_WORKER_NICENESS\`; medians of alternating rounds):\n\n${table(
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
        )}\n\nCalls without a picture, one at a time, compared with the sum of a bare Fastify route that returns the same bytes, the reads of the store, and the arithmetic:\n\n${table(
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
      text: `For ${report.seconds} s, pictures are sent at four times the rate that the server answered before; \`MIEN_MAX_WAIT\` is ${report.wait} ms.\n\n${table(
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
      text: `${report.detections} detections of five kinds of pictures with two workers. During the second half, the resident size changes by ${ratio(report.slope)} ± ${ratio(report.slopeError)} MB per thousand detections.\n\n![Resident size by detections](performance/memory.svg)\n\n64 pictures of 12 megapixels at once: ${megabytes(report.large.before)} MB before, at most ${megabytes(report.large.peak)} MB during, ${megabytes(report.large.after)} MB a second after; ${report.large.answered} answered.`,
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
      text: `Medians of ${starts} starts. "Used" is measured after every worker has run all networks that detection_01 with all attributes needs. One more worker adds ${megabytes(eachWorker)} MB.\n\n${table(
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
      text: `Each change is compared with what it replaced, or would have replaced, in pairs of runs.\n\n${table(
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

/** @param delays milliseconds, one for each window. @param idle the same of a process that does nothing. */
function eventLoopRows(
  delays: readonly number[],
  idle: readonly number[] = [],
): (readonly string[])[] {
  const what = "event loop delay p99 while all workers detect, ms";
  if (delays.length === 1) return [[what, ms(delays[0]!)]];
  return [
    [`${what}: median of ${delays.length} windows`, ms(quantile(delays, 0.5))],
    [`${what}: the worst of them`, ms(Math.max(...delays))],
    ...(idle.length === 0
      ? []
      : [
          ["the same of a process that does nothing: median", ms(quantile(idle, 0.5))],
          ["the same of a process that does nothing: the worst", ms(Math.max(...idle))],
        ]),
  ];
}

const knobs = `## Size a machine

- **One worker uses one core.** \`MIEN_WORKERS\` defaults to the CPU quota of the container, or the cores of the host. More workers than cores bring no gain.
- **Requests a second**: cores × 1000 / the floor of your pictures in milliseconds ("One request at a time"), divided by the ratio of one worker under load to its floor ("Many callers").
- **Memory**: the memory of one server under "Start", plus the megabytes given there for each further worker, plus the memory for large pictures under "Memory".
- **Latency of a single request** falls with idle workers, because networks that do not depend on each other run in parallel.

| Setting              | Effect                                                                             |
| -------------------- | ---------------------------------------------------------------------------------- |
| \`MIEN_WORKERS\`       | throughput and memory, proportionally                                              |
| \`MIEN_MAX_WAIT\`      | the longest expected time of an answer; beyond it, a picture gets 503 at once      |
| \`MIEN_QUEUE_LIMIT\`   | calls of any kind at once; keep it above the number that wait for workers          |
| \`MIEN_WORKER_NICENESS\` | precedence of calls without a picture; 0 if other programs on the machine must not go first |
| \`MIEN_RECYCLE_AFTER\` | replaces each worker after this many pictures, between two pictures; a precaution  |

Of the parameters of detect, \`returnFaceId\`, \`returnFaceLandmarks\` and each attribute cost time only if they are requested. \`recognition_03\` runs one network per face, \`recognition_04\` three. If no face is found, the picture is searched again with a margin and turned, so it costs several detections.`;

function measuredOn({ processor, cores, node, load }: Machine): string {
  return `_${processor}, ${cores} cores, Node ${node}; load of the machine at the start ${load.toFixed(1)}${load >= 1 ? ": shared with other work, so the ratios are more reliable than the milliseconds" : ""}._`;
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
  const page = `# Performance\n\nGenerated from \`bench/results/speed.json\` by the command named in each section. The programs that are compared take turns within each round, and the ratios are taken per round, so that a slow minute slows all of them. Other programs on the machine slow Mien most: its workers leave them the precedence (\`MIEN_WORKER_NICENESS\`).\n\n${[...texts, knobs].join("\n\n")}\n`;
  const path = fileURLToPath(new URL("performance.md", docs));
  await writeFile(path, await format(page, { ...(await resolveConfig(path)), filepath: path }));
  const folder = fileURLToPath(new URL("performance/", docs));
  await mkdir(folder, { recursive: true });
  for (const [name, svg] of Object.entries(plots)) await writeFile(`${folder}${name}`, svg);
}
