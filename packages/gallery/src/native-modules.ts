/** The native modules of this room, for whoever asks whether they load: they do not on machines that they were not built for. */
export const nativeModules = [
  { name: "lmdb", purpose: "LMDB keeps the faceIds", load: () => import("lmdb") },
] as const;
