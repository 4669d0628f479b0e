/** Folders, for those who know no store. */
export { makeFolder } from "@mien/gallery/make-folder";
