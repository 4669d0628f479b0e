/** Whether Redis answers, for the command line, which does not import `service`. */
export { pingRedis } from "@mien/service/redis-ping";
