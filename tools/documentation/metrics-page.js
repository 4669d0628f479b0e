import { metricRows } from "@mien/server/observability/metrics";
import { code, made, table } from "./markdown.js";

export function metricsPage() {
  return `# Metrics

${made("`packages/server/src/observability/metrics.ts`")} The metrics are served at
\`/metrics\` in Prometheus' text format to the callers that \`MIEN_METRICS\` allows, together with prom-client's
\`process_*\` and \`nodejs_*\` metrics (memory, event-loop delay, garbage collection).

${table(
  ["Metric", "Kind", "Labels", "Meaning"],
  Object.values(metricRows).map(({ name, kind, labels, help }) => [
    code(name),
    kind,
    labels.map(code).join(", "),
    help,
  ]),
)}
`;
}
