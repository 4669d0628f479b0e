/** Everything that Prometheus can read: one row each. */
import type { LocalServiceStatistics } from "@mien/service/local-service";
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from "prom-client";
import { callerGone, type Observation } from "./observation.js";

/** A metric as Prometheus knows it. `buckets` are the upper bounds of a histogram, by default seconds. */
export interface MetricRow {
  readonly name: string;
  readonly kind: "counter" | "gauge" | "histogram";
  readonly help: string;
  readonly labels: readonly string[];
  readonly buckets?: readonly number[];
}

const seconds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

/** Every metric that this server keeps, beside those of the process. */
export const metricRows = {
  requests: {
    name: "mien_requests_total",
    kind: "counter",
    help: "Requests answered, by operation and HTTP status.",
    labels: ["operation", "status"],
  },
  errors: {
    name: "mien_errors_total",
    kind: "counter",
    help: "Error answers, by the error's code and its name in the catalogue.",
    labels: ["operation", "code", "error"],
  },
  duration: {
    name: "mien_request_duration_seconds",
    kind: "histogram",
    help: "Seconds from the headers of a request to the end of its answer.",
    labels: ["operation"],
    buckets: seconds,
  },
  stage: {
    name: "mien_stage_duration_seconds",
    kind: "histogram",
    help: "Seconds of a stage for one picture: decode, detect, landmarks, then landmarks27, attributes and embedding in parallel.",
    labels: ["stage"],
    buckets: seconds,
  },
  faces: {
    name: "mien_faces_per_picture",
    kind: "histogram",
    help: "Faces answered for one picture.",
    labels: [],
    buckets: [0, 1, 2, 3, 5, 10, 20, 50, 100],
  },
  pictureBytes: {
    name: "mien_picture_bytes",
    kind: "histogram",
    help: "Size of the analysed pictures.",
    labels: [],
    buckets: [16_384, 65_536, 262_144, 1_048_576, 2_097_152, 4_194_304, 6_291_456],
  },
  inFlight: {
    name: "mien_requests_in_flight",
    kind: "gauge",
    help: "Requests in progress.",
    labels: [],
  },
  waiting: {
    name: "mien_pictures_waiting",
    kind: "gauge",
    help: "Pictures waiting for a worker.",
    labels: [],
  },
  lostDecoders: {
    name: "mien_decoders_lost_total",
    kind: "counter",
    help: "Decoder processes that crashed on a picture or were killed because it took too long.",
    labels: [],
  },
  templates: {
    name: "mien_templates_live",
    kind: "gauge",
    help: "Templates in the store, a cheap estimate; expired ones are removed within seconds. Absent while the store cannot answer.",
    labels: [],
  },
  expired: {
    name: "mien_templates_expired_total",
    kind: "counter",
    help: "Expired templates that this process removed; with Redis, all keys that its masters have expired since they started.",
    labels: [],
  },
  storeBytes: {
    name: "mien_store_bytes",
    kind: "gauge",
    help: "Size of the face store. Absent while the store cannot answer.",
    labels: [],
  },
} as const satisfies Record<string, MetricRow>;

/** The metrics of one server. */
export interface Metrics {
  readonly contentType: string;
  started(): void;
  /** A request was answered, or its caller has gone. */
  answered(observation: Observation, status: number, milliseconds: number): void;
  /** Prometheus' text format. */
  text(): Promise<string>;
}

/** A registry of its own, so that several servers in one process do not share numbers. */
export function createMetrics(statistics: () => Promise<LocalServiceStatistics>): Metrics {
  const registry = new Registry();
  const common = (row: MetricRow) => ({
    name: row.name,
    help: row.help,
    labelNames: [...row.labels],
    registers: [registry],
  });
  const counter = (row: MetricRow) => new Counter(common(row));
  const gauge = (row: MetricRow) => new Gauge(common(row));
  const histogram = (row: MetricRow) =>
    new Histogram({ ...common(row), buckets: [...(row.buckets ?? seconds)] });

  const requests = counter(metricRows.requests);
  const errors = counter(metricRows.errors);
  const duration = histogram(metricRows.duration);
  const stage = histogram(metricRows.stage);
  const faces = histogram(metricRows.faces);
  const pictureBytes = histogram(metricRows.pictureBytes);
  const inFlight = gauge(metricRows.inFlight);
  const waiting = gauge(metricRows.waiting);
  const lostDecoders = counter(metricRows.lostDecoders);
  const templates = gauge(metricRows.templates);
  const expired = counter(metricRows.expired);
  const storeBytes = gauge(metricRows.storeBytes);
  collectDefaultMetrics({ register: registry });
  /** A counter follows what a part has counted itself. */
  const follow = (mine: Counter): ((count: number) => void) => {
    let before = 0;
    return (count) => {
      mine.inc(Math.max(0, count - before));
      before = Math.max(before, count);
    };
  };
  const followExpired = follow(expired);
  const followLostDecoders = follow(lostDecoders);

  return {
    contentType: registry.contentType,
    started: () => inFlight.inc(),
    answered(observation, status, milliseconds) {
      const { operation, error, stages } = observation;
      inFlight.dec();
      requests.inc({ operation, status: String(status) });
      // One that nobody received is no answer.
      if (error !== undefined && status !== callerGone)
        errors.inc({ operation, code: error.code, error: error.key });
      duration.observe({ operation }, milliseconds / 1000);
      for (const [name, { milliseconds: lap }] of Object.entries(stages ?? {}))
        stage.observe({ stage: name }, lap / 1000);
      if (observation.faces !== undefined) faces.observe(observation.faces);
      if (observation.pictureBytes !== undefined) pictureBytes.observe(observation.pictureBytes);
    },
    async text() {
      const now = await statistics();
      waiting.set(now.waitingPictures);
      followLostDecoders(now.lostDecoders);
      if (now.store === undefined) {
        // What nobody knows now is left out: the last number would be taken for today's.
        templates.remove();
        storeBytes.remove();
      } else {
        templates.set(now.store.liveFaces);
        storeBytes.set(now.store.bytesOnDisk);
        followExpired(now.store.expiredFaces);
      }
      return registry.metrics();
    },
  };
}
