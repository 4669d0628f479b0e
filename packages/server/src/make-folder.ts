/** Folders for the command line, which does not import `service`. */
export { makeFolder } from "@mien/service/make-folder";
