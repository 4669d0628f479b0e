/** Master keys for the command line, which does not import `service`. */
export {
  checkMasterKeysOf,
  lostMasterKey,
  masterKeysFromFile,
  masterKeysFromText,
  requireMasterKeys,
  storeIsBegun,
} from "@mien/service/master-keys";
