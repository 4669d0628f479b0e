/** Master keys, for those who know no store. */
export { masterKeysFromFile, masterKeysFromText } from "@mien/gallery/master-keys";
