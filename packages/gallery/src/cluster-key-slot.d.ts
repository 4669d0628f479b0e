declare module "cluster-key-slot" {
  /** The slot, 0..16383, of a key. */
  function calculateSlot(key: string): number;
  export = calculateSlot;
}
