/** What one of several tenants may hold, for the server, which does not import `vision`. */
export { exceedsShare } from "@mien/vision/fair-share";
