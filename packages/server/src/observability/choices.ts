/** What an operator can choose about observability; free of the libraries that do it. */

/** Each level writes what those before it do, and more. */
export const logLevels = ["off", "error", "info", "debug"] as const;
/** How much is logged: one of {@link logLevels}. */
export type LogLevel = (typeof logLevels)[number];

/** `local`: only to callers on this machine that come directly; `open`: to everybody who can reach the port. */
export const metricsAudiences = ["off", "local", "open"] as const;
/** Who may read the metrics: one of {@link metricsAudiences}. */
export type MetricsAudience = (typeof metricsAudiences)[number];
