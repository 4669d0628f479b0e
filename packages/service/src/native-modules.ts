/** The native modules of all rooms that this one may import. */
import { nativeModules as modulesOfGallery } from "@mien/gallery/native-modules";
import { nativeModules as modulesOfVision } from "@mien/vision/native-modules";

/** A module that was built for some machines only. */
export interface NativeModule {
  readonly name: string;
  /** What it is there for, as a sentence about it. */
  readonly purpose: string;
  /** Rejects where it was not built for this machine, or is not there. */
  readonly load: () => Promise<unknown>;
}

/** In the order in which a picture meets them. */
export const nativeModules: readonly NativeModule[] = [...modulesOfVision, ...modulesOfGallery];
