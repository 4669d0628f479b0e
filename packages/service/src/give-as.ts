/** Owners and modes of files, for those who know no store. */
export { giveAs } from "@mien/gallery/give-as";
