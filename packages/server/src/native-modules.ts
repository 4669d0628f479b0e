/** Modules that may not load on this machine, for the command line, which does not import `service`. */
export { type NativeModule, nativeModules } from "@mien/service/native-modules";
