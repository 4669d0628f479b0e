/** A name of this machine that Chromium does not trust as it trusts `localhost` and its addresses. */
export const otherHost = "mien.test";

/** How Debian's Chromium is started for tests: without a window, and without reaching for any network of its own. */
export const chromiumOptions = {
  executablePath: process.env["CHROMIUM"] ?? "/usr/bin/chromium",
  args: [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    `--host-resolver-rules=MAP ${otherHost} 127.0.0.1`,
  ],
};
