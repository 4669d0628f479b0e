/** How the setting names Redis: URLs, separated by commas. */
import { isIP } from "node:net";
import { StoreSettingError } from "./store.js";

interface Credentials {
  /** The number of the database, of a server that stands alone. */
  readonly db: number;
  readonly username?: string;
  readonly password?: string;
  readonly tls?: { readonly servername?: string };
}

/** A server, and how to be let in. */
export interface RedisAddress {
  readonly host: string;
  readonly port: number;
  readonly options: Credentials;
}

/** The URLs without names and passwords, which end at the last @ before the host. */
export function withoutCredentials(text: string): string {
  return text.replaceAll(/\/\/[^,/]*@/g, "//");
}

/** @throws StoreSettingError without repeating it. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new StoreSettingError(
      "a user name or password in MIEN_STORE_URL contains a % that does not begin an escape such as %40: write it as %25",
    );
  }
}

/** @throws StoreSettingError for what is no URL of Redis, without repeating its password. */
export function readRedisUrls(text: string): RedisAddress[] {
  return text
    .split(",")
    .map((word) => word.trim())
    .filter((word) => word !== "")
    .map((word) => {
      const url = URL.canParse(word) ? new URL(word) : undefined;
      const database = /^\/?(\d{0,5})$/.exec(url?.pathname ?? "")?.[1];
      if (
        url === undefined ||
        !/^rediss?:$/.test(url.protocol) ||
        url.hostname === "" ||
        database === undefined
      )
        throw new StoreSettingError(
          "MIEN_STORE_URL must be redis:// or rediss:// URLs, separated by commas; a database number may follow the host, as in redis://host:6379/2",
        );
      // Other programs read options there: whoever writes some relies on them.
      if (/[?#]/.test(word))
        throw new StoreSettingError(
          "a URL in MIEN_STORE_URL has a query or a fragment, which has no effect: remove it (in a user name or password, write ? as %3F and # as %23)",
        );
      const host = url.hostname.replace(/^\[(.*)\]$/, "$1");
      return {
        host,
        port: url.port === "" ? 6379 : Number(url.port),
        options: {
          db: Number(database),
          ...(url.username === "" ? {} : { username: decoded(url.username) }),
          ...(url.password === "" ? {} : { password: decoded(url.password) }),
          // A name is asked for by name; addresses have none, and are checked as they are.
          ...(url.protocol === "rediss:"
            ? { tls: isIP(host) === 0 ? { servername: host } : {} }
            : {}),
        },
      };
    });
}
