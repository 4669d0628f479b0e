/** Whether Redis can be a face store, for the command line, which does not import `service`. */
export { examineRedis } from "@mien/service/redis-examination";
