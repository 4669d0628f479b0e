/** Whether Node has the threads that the embedded store needs, for the server, which does not import `gallery`. */
export { checkThreadPool } from "@mien/gallery/thread-pool";
