/** Confidence, and the share of pairs of strangers that reach it. */
export interface FalseAcceptRate {
  readonly confidence: number;
  readonly rate: number;
}

/** The measured rates of a recognition model, where the server tells them at `/models`; empty elsewhere. */
export async function falseAcceptRates(
  recognitionModel: string,
): Promise<readonly FalseAcceptRate[]> {
  known ??= await readModels();
  return readRates(known, recognitionModel);
}
/** Asked for again until it was told once. */
let known: unknown;

/** Without a client, for it is no call of the Face API. */
async function readModels(): Promise<unknown> {
  try {
    const response = await fetch("/models");
    return response.ok ? await response.json() : undefined;
  } catch {
    return undefined;
  }
}

/** Finds `{falseAcceptRates: [{confidence, rate}]}` under the model's name, whatever stands around it. */
function readRates(models: unknown, recognitionModel: string): readonly FalseAcceptRate[] {
  const rows = member(member(member(models, "recognition"), recognitionModel), "falseAcceptRates");
  if (!Array.isArray(rows)) return [];
  return rows.flatMap((row: unknown) => {
    const confidence = member(row, "confidence");
    const rate = member(row, "rate");
    return typeof confidence === "number" && typeof rate === "number" ? [{ confidence, rate }] : [];
  });
}

/** The rate at a confidence of the table, if it has that row. */
export function rateAt(rates: readonly FalseAcceptRate[], confidence: number): number | undefined {
  return rates.find((row) => Math.abs(row.confidence - confidence) < 1e-9)?.rate;
}

function member(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null
    ? (value as Record<string, unknown>)[name]
    : undefined;
}
