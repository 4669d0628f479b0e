/** Folders, for those who know settings and not rooms. */
export { makeFolder } from "@mien/service/make-folder";
