/** Master keys for the server, which does not import `gallery`. */
export { masterKeysFromFile, masterKeysFromText } from "@mien/gallery/master-keys";
