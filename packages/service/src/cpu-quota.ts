/** How many worker threads are worth having, for those who know settings, not rooms. */
export { cpuQuota } from "@mien/vision/cpu-quota";
