import {
  AzureKeyCredential,
  FaceClient,
  isRestError,
  type OperationOptions,
  type PipelineResponse,
} from "@mien/client";

/** A call as it went over the wire, for people to read. */
export interface Exchange {
  /** The answer, and in it the request. */
  readonly response: PipelineResponse;
  readonly milliseconds: number;
}

/** Keeps what one call got for an answer, whatever is called at the same time. It is made, and given along, with the call. */
export class RecordedCall {
  readonly #begun = performance.now();
  #exchange: Exchange | undefined;

  readonly options: OperationOptions = {
    onResponse: (response) => {
      this.#exchange = { response, milliseconds: performance.now() - this.#begun };
    },
  };

  /** Undefined where the server did not answer. */
  get exchange(): Exchange | undefined {
    return this.#exchange;
  }
}

/** What the page shows of a failure: the server's own words. */
export interface Failure {
  readonly code: string;
  readonly message: string;
  readonly needsKey: boolean;
}

const storageKey = "mien.key";

/** A key that a header can carry, with white space around it: no typographic quotes, and nothing invisible within. */
export const keyPattern = String.raw`\s*[!-~][ -~]*\s*`;
const sendableKey = new RegExp(`^${keyPattern}$`);

/** The key of this tab, and the client that calls the server which served the page. */
export class Session {
  readonly client: FaceClient;
  readonly #credential: AzureKeyCredential;

  constructor() {
    // A credential must hold something; the server tells that this is no key.
    this.#credential = new AzureKeyCredential("none");
    const kept = keptKey();
    if (kept !== undefined && sendableKey.test(kept)) this.setKey(kept.trim());
    this.client = new FaceClient(location.origin, this.#credential, {
      // The page itself came this way.
      allowInsecureConnection: true,
      retryOptions: { maxRetries: 1 },
    });
  }

  hasKey = false;

  /** Uses the key that the page's address has, if it has one, and takes it off there. */
  takeKeyFromAddress(): "none" | "taken" | "unusable" {
    const key = keyFromAddress();
    if (key === undefined) return "none";
    if (!sendableKey.test(key)) return "unusable";
    this.setKey(key.trim());
    return "taken";
  }

  setKey(key: string): void {
    this.#credential.update(key);
    this.hasKey = true;
    keepKey(key);
  }
}

/** Where a browser is told to let no page store anything, the very mention of its storage throws. */
function keptKey(): string | undefined {
  try {
    return sessionStorage.getItem(storageKey) ?? undefined;
  } catch {
    return undefined;
  }
}

/** Without a storage the key lasts as long as the page, which is all that the person behind it allows. */
function keepKey(key: string): void {
  try {
    sessionStorage.setItem(storageKey, key);
  } catch {
    // Nobody misses it before the page is loaded anew, and then the page asks for it.
  }
}

/** A link to the page may carry the key behind `#key=`, which is never sent to a server; it is taken off the address. */
function keyFromAddress(): string | undefined {
  const key = new URLSearchParams(location.hash.slice(1)).get("key") ?? undefined;
  if (key !== undefined) history.replaceState(null, "", location.pathname + location.search);
  return key;
}

export function describeFailure(error: unknown): Failure {
  if (isRestError(error)) {
    const { statusCode, code = "", message } = error;
    return statusCode === undefined
      ? { code: "Unreachable", message: "The server does not answer.", needsKey: false }
      : {
          code: `${statusCode} ${code === String(statusCode) ? "" : code}`.trim(),
          message,
          needsKey: statusCode === 401,
        };
  }
  if (error instanceof DOMException && ["NotReadableError", "NotFoundError"].includes(error.name))
    return {
      code: "",
      message: "The file was changed after it was chosen, or is gone. Choose it again.",
      needsKey: false,
    };
  return {
    code: "",
    message: error instanceof Error ? error.message : String(error),
    needsKey: false,
  };
}
