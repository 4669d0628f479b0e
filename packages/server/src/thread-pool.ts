/** Whether Node has the threads that the embedded store needs, for the command line, which does not import `service`. */
export { checkThreadPool } from "@mien/service/thread-pool";
