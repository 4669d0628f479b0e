/** The store's operations for those who know settings, not rooms. */
export {
  type Erasure,
  type Examination,
  openStoreOperations,
  type Restoration,
  type StoreOperations,
  type StoreSettings,
  type StoreStatistics,
} from "@mien/service/store-operations";
