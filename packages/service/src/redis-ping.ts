/** Whether Redis answers, for the server, which does not import `gallery`. */
export { pingRedis } from "@mien/gallery/redis-ping";
