/** Whether Redis can be a face store, for the server, which does not import `gallery`. */
export { examineRedis } from "@mien/gallery/redis-examination";
