/** What an operator can choose about observability; free of the libraries that do it. */

/** Each level writes what those before it do, and more. */
export const logLevels = ["off", "error", "info", "debug"] as const;
export type LogLevel = (typeof logLevels)[number];

/** `local`: only to callers on this machine that come directly; `open`: to everybody who can reach the port. */
export const metricsAudiences = ["off", "local", "open"] as const;
export type MetricsAudience = (typeof metricsAudiences)[number];
