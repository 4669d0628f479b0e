import { createPipelineRequest, type FaceClient } from "@mien/client";

/**
 * The share of pairs of strangers that reached a confidence when it was measured, where the service tells it: Mien
 * does, at `/models`; Azure does not.
 */
export async function strangerRate(
  client: FaceClient,
  endpoint: string | undefined,
  recognitionModel: string,
  confidence: number,
  abortSignal: AbortSignal,
): Promise<number | undefined> {
  // Below the path of the endpoint too: a proxy may serve other things beside.
  const url = new URL("models", `${endpoint ?? "http://localhost"}/`.replace(/\/+$/, "/")).href;
  try {
    const { status, bodyAsText } = await client.sendRequest(
      createPipelineRequest({ url, abortSignal, allowInsecureConnection: url.startsWith("http:") }),
    );
    if (status !== 200) return undefined;
    const { recognition } = JSON.parse(bodyAsText ?? "{}") as {
      recognition?: Record<string, { falseAcceptRates: { confidence: number; rate: number }[] }>;
    };
    return recognition?.[recognitionModel]?.falseAcceptRates.find(
      (row) => row.confidence === confidence,
    )?.rate;
  } catch {
    // What it adds to an answer is no reason to fail one.
    return undefined;
  }
}
