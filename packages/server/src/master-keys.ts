/** Master keys for the command line, which does not import `service`. */
export { masterKeysFromFile, masterKeysFromText } from "@mien/service/master-keys";
