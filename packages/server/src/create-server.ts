/** The HTTP server: its parts, put together. What a call passes is in `face-pipeline.ts`. */
import { createLocalService, type LocalService } from "@mien/service/local-service";
import type { FastifyInstance } from "fastify";
import { Admission } from "./door/admission.js";
import type { Credentials } from "./door/credentials.js";
import { hasConfiguredCredentials, openDoor } from "./door/open-door.js";
import { RateLimiter } from "./door/rate-limiter.js";
import type { Reloading } from "./door/reloading.js";
import { refuseByHead } from "./error-answers.js";
import { faceHandlers } from "./face-handlers.js";
import { addFacePipeline } from "./face-pipeline.js";
import { createHttpServer } from "./http-server.js";
import { makeFolder } from "./make-folder.js";
import { addObservability } from "./observability/observability.js";
import { refuseCallsAfterEnd } from "./orderly-end.js";
import { addPlayground, addServiceRoutes } from "./service-routes.js";
import { SettingError } from "./setting-error.js";
import { readSettings, type ServerSettings } from "./settings.js";
import type { ResolveName } from "./url-input/checked-lookup.js";
import { createImageFetcher, type ImageFetcher } from "./url-input/image-fetcher.js";
import { version } from "./version.js";

/**
 * Settings, and what only programs can give. An absent setting has the default of `setting-rows.ts`, except that only failures
 * are logged.
 */
export type CreateServerOptions = Partial<ServerSettings> & {
  /** Folder of the playground's built files. */
  readonly playgroundDirectory?: string;
  /** Where log lines go; default the error stream. */
  readonly logTo?: { write(line: string): void };
  /** Where it is told, a line each, what an operator should know; default the error stream. */
  readonly report?: (line: string) => void;
  /** Who turns the names in pictures' URLs into addresses; default the machine's resolver and the DNS. */
  readonly resolveName?: ResolveName;
  /** Where keys and certificates are to be read again; absent, they are read once. */
  readonly reloading?: Reloading;
};

/** Calls for each worker that may be at work or wait at once where nothing else is set. */
const defaultQueuePerWorker = 64;

/**
 * Makes the server, with its workers and its store, without listening: `listen` opens a socket, `inject` needs none.
 * @throws SettingError, StoreUnavailableError
 */
export async function createServer(options: CreateServerOptions = {}): Promise<FastifyInstance> {
  // A server inside another program says nothing of its own accord but what failed.
  const settings = { ...readSettings({}, {}), log: "error" as const, ...withoutUndefined(options) };
  const report = options.report ?? ((line: string): void => console.error(`mien: ${line}`));
  // With faces in Redis and keys of the operator's nothing is kept there, and a container may have no place to write.
  if (settings.storeUrl === "" || !hasConfiguredCredentials(settings)) makeDataDirectory(settings);
  const credentials = openDoor(settings, report, options.reloading);
  const app = createHttpServer(settings, report, options.reloading);
  const queueLimit = settings.queueLimit ?? settings.workers * defaultQueuePerWorker;
  const service = await createLocalService({ ...settings, queueLimit, report });
  const fetcher = settings.urlInput ? imageFetcher(settings, options.resolveName) : undefined;
  const close = async (): Promise<void> => {
    await service.close();
    await fetcher?.close();
  };
  try {
    await addRoutes(app, { settings, options, report, credentials, queueLimit, service, fetcher });
  } catch (error) {
    // Nobody gets a server that could be closed.
    await close();
    throw error;
  }
  app.addHook("onClose", close);
  return app;
}

function imageFetcher(
  { urlAllow }: ServerSettings,
  resolve: ResolveName | undefined,
): ImageFetcher {
  return createImageFetcher({ allow: urlAllow, ...(resolve === undefined ? {} : { resolve }) });
}

/** What the routes are made of. */
interface RouteParts {
  readonly settings: ServerSettings;
  readonly options: CreateServerOptions;
  readonly report: (line: string) => void;
  readonly credentials: Credentials;
  readonly queueLimit: number;
  readonly service: LocalService;
  readonly fetcher: ImageFetcher | undefined;
}

/** The order matters: a hook sees the answers of those that are added after it. */
async function addRoutes(
  app: FastifyInstance,
  { settings, options, report, credentials, queueLimit, service, fetcher }: RouteParts,
): Promise<void> {
  await addObservability(app, {
    version,
    log: settings.log,
    metrics: settings.metrics,
    traces: settings.traces,
    statistics: () => service.statistics(),
    report,
    ...(options.logTo === undefined ? {} : { logTo: options.logTo }),
  });
  addFacePipeline(app, {
    credentials,
    rateLimiter: settings.rateLimit === undefined ? undefined : new RateLimiter(settings.rateLimit),
    admission: new Admission(
      queueLimit,
      () => credentials.tokens !== undefined || credentials.keys.tenants > 1,
    ),
    handlers: faceHandlers({
      service: service.operations,
      fetcher,
      allowRetired: settings.retiredAttributes,
    }),
    strict: settings.strict,
    origins: settings.origins,
  });
  refuseCallsAfterEnd(app);
  refuseByHead(app);
  addServiceRoutes(app, service);
  if (settings.playground && options.playgroundDirectory !== undefined)
    await addPlayground(app, options.playgroundDirectory);
}

/** @throws SettingError */
function makeDataDirectory({ dataDirectory, storeUrl }: ServerSettings): void {
  try {
    makeFolder(dataDirectory, 0o700);
  } catch (cause) {
    const { code = "" } = cause as NodeJS.ErrnoException;
    const alternative = storeUrl === "" ? "" : "; without it, the server needs MIEN_KEYS_FILE";
    throw new SettingError(
      `MIEN_DATA_DIR: the folder ${dataDirectory} cannot be created (${code})${alternative}`,
      { cause },
    );
  }
}

function withoutUndefined<T extends object>(options: T): T {
  return Object.fromEntries(
    Object.entries(options).filter(([, value]) => value !== undefined),
  ) as T;
}
