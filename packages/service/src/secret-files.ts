/** Files of keys for the server, which does not import `gallery`. */
export { createSecretFile } from "@mien/gallery/secret-files";
