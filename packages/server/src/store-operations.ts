/** The store's operations for the command line, which does not import `service`. */
export {
  type Erasure,
  type Examination,
  openStoreOperations,
  type Restoration,
  type StoreOperations,
  type StoreSettings,
  type StoreStatistics,
} from "@mien/service/store-operations";
