/** Master keys, for those who know settings and not rooms. */
export { masterKeysFromFile, masterKeysFromText } from "@mien/service/master-keys";
