import { metricRows } from "@mien/server/observability/metrics";
import { code, made, table } from "./markdown.js";

export function metricsPage() {
  return `# Metrics

${made("`packages/server/src/observability/metrics.ts`")} Served at \`/metrics\` in Prometheus' text format to whom
\`MIEN_METRICS\` names, with \`process_*\` and \`nodejs_*\` (memory, event-loop delay, garbage collection) of prom-client.

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
