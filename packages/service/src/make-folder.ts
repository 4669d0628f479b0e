/** Folders for the server, which does not import `gallery`. */
export { makeFolder } from "@mien/gallery/make-folder";
