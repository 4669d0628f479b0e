/** The native modules of this room, for whoever asks whether they load: they do not on machines that they were not built for. */
export const nativeModules = [
  { name: "sharp", purpose: "sharp decodes the pictures", load: () => import("sharp") },
  {
    name: "onnxruntime-node",
    purpose: "ONNX Runtime runs the models",
    load: () => import("onnxruntime-node"),
  },
] as const;
