/** Master keys for the server, which does not import `gallery`. */
export { checkMasterKeysOf, lostMasterKey, storeIsBegun } from "@mien/gallery/begun-store";
export {
  masterKeysFromFile,
  masterKeysFromText,
  requireMasterKeys,
} from "@mien/gallery/master-keys";
