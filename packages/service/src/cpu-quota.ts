/** How many worker threads are worth having, for the server, which does not import `vision`. */
export { cpuQuota } from "@mien/vision/cpu-quota";
