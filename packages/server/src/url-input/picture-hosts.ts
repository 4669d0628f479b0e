/** Hosts from which pictures are read whatever their addresses are. */
import { SettingError } from "../setting-error.js";
import { settingRows } from "../setting-rows.js";
import type { ServerSettingValues } from "../setting-values.js";

/**
 * Hosts are compared letter by letter with those of parsed URLs, so they are spelt as those are: `[::1]` for
 * `[0:0:0:0:0:0:0:1]`. What is no host, a pattern or an address of a page, would never be met.
 */
export function readPictureHosts(values: ServerSettingValues): readonly string[] {
  return values.list("urlAllow").map((word) => {
    const [, host = "", port] = /^([\w.-]+|\[[\da-f:.]+\])(?::(\d{1,5}))?$/i.exec(word) ?? [];
    const address = `http://${host}`;
    if (!URL.canParse(address) || Number(port ?? 0) > 65_535)
      throw new SettingError(
        `${settingRows.urlAllow.environment} must be a list of hosts such as pictures.internal or 10.1.2.3:8080, not "${word}"`,
      );
    const { hostname } = new URL(address);
    return port === undefined ? hostname : `${hostname}:${Number(port)}`;
  });
}
