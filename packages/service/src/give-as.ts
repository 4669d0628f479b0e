/** Owners and modes of files for the server, which does not import `gallery`. */
export { giveAs } from "@mien/gallery/give-as";
