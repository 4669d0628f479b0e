/** The face store, in a folder or in Redis, as the service would meet it. */
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { messageOf } from "@mien/server/message-of";
import type { ServerSettings } from "@mien/server/settings";
import { type Obstacle, obstacleTo } from "./file-access.js";
import { fault, withoutKnownRemedy } from "./file-findings.js";
import type { Finding } from "./finding.js";
import { shellWord } from "./shell-word.js";
import { currentUser } from "./users.js";

/** The settings that say where faces are kept. */
export type StoreFileSettings = Pick<
  ServerSettings,
  "dataDirectory" | "storeReplicas" | "storeUrl"
>;

/** What was found of a store. */
export interface StoreFinding {
  readonly finding: Finding;
  /** The id of the master key that a store in Redis needs; `undefined` where that is not known from here. */
  readonly masterId?: string | undefined;
}

export async function faceStore(settings: StoreFileSettings): Promise<StoreFinding> {
  const subject = "Face store";
  return settings.storeUrl === ""
    ? { finding: await embedded(subject, settings) }
    : redis(subject, settings);
}

async function embedded(subject: string, settings: StoreFileSettings): Promise<Finding> {
  const folders = ["gallery", "keys"].map((name) => join(settings.dataDirectory, name));
  let found = false;
  for (const folder of folders) {
    const obstacle = await obstacleInStore(folder);
    if (obstacle === undefined) found = true;
    else if (obstacle.code !== "ENOENT") return fault(subject, withoutKnownRemedy(obstacle));
  }
  return {
    subject,
    state: "well",
    detail: found
      ? `the files in ${folders.join(" and ")} can be read and written`
      : "none yet; it is created at the first start",
  };
}

/** Milliseconds for each step: whoever waits for Redis longer has a fault to find. */
const redisLimit = 1500;

async function redis(
  subject: string,
  { storeUrl, storeReplicas: replicas }: StoreFileSettings,
): Promise<StoreFinding> {
  try {
    // Loaded only now: most installations have no Redis.
    const { examineRedis } = await import("@mien/server/redis-examination");
    const masterId = await examineRedis(storeUrl, { replicas, limit: redisLimit });
    return { finding: { subject, state: "well", detail: "in Redis, which answers" }, masterId };
  } catch (error) {
    return { finding: fault(subject, { detail: messageOf(error) }) };
  }
}

async function obstacleInStore(folder: string): Promise<Obstacle | undefined> {
  const obstacle = await obstacleTo(folder, "keep", "service");
  if (obstacle !== undefined) return obstacle;
  const user = currentUser();
  const entries = await readdir(folder, { withFileTypes: true });
  for (const entry of entries.filter((each) => each.isFile())) {
    const path = join(folder, entry.name);
    const found = await obstacleTo(path, "change", "service");
    // A server at work destroys keys whose time is over.
    if (found === undefined || found.code === "ENOENT") continue;
    const whole = `sudo chown -R ${user?.name ?? ""} ${shellWord(folder)}`;
    return found.remedy?.startsWith("sudo chown") === true ? { ...found, remedy: whole } : found;
  }
  return undefined;
}
