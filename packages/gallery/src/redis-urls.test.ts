import { expect, it } from "vitest";
import { connectTopology } from "./redis-topology.js";
import { withoutCredentials } from "./redis-urls.js";
import { StoreSettingError, StoreUnavailableError } from "./store.js";

it.each([
  ["redis://127.0.0.1:6379/2", "redis://127.0.0.1:6379/2"],
  ["rediss://mien:pw@one:1, rediss://mien:pw@two:2", "rediss://one:1, rediss://two:2"],
  ["redis://mien:p@ss@w@host:1/0", "redis://host:1/0"],
])("%s is shown without whom it names and how that is proved", (url, shown) => {
  expect(withoutCredentials(url)).toBe(shown);
});

it.each(["redis://mien:100%@127.0.0.1:1", "redis://mi%zzen:pw@127.0.0.1:1"])(
  "%s, whose sign is not written as it must be, is told how",
  async (url) => {
    const failure: unknown = await connectTopology(url).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(StoreUnavailableError);
    expect((failure as Error).message).toContain("%25");
    expect((failure as Error).message).not.toContain("100");
  },
);

it.each(["?tls=true", "/2?family=6", "?", "#0"])(
  "what stands behind the server, as in %s, is refused and not passed over",
  async (end) => {
    const url = `redis://mien:pw@127.0.0.1:1,redis://mien:pw@127.0.0.1:2${end}`;
    const failure: unknown = await connectTopology(url).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(StoreSettingError);
    expect((failure as Error).message).toMatch(
      /^a URL in MIEN_STORE_URL has a query or a fragment/,
    );
    expect((failure as Error).message).not.toContain("pw");
  },
);
