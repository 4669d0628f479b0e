import type { FaceVerificationResult } from "@mien/client";
import { limits } from "@mien/contract/limits";
import { html } from "../elements.js";
import { type FalseAcceptRate, rateAt } from "../false-accept-rates.js";

/** The answer of verify in words, with the measured rates of strangers that reach a confidence as high. */
export function verdictCard(
  { isIdentical, confidence }: FaceVerificationResult,
  rates: readonly FalseAcceptRate[],
): HTMLElement {
  return html(
    "section",
    { class: `card ${isIdentical ? "yes" : "no"}`, "aria-label": "Answer" },
    html("h2", { class: "verdict-title" }, isIdentical ? "The same person" : "Different people"),
    html("p", { class: "confidence" }, `Confidence ${confidence.toFixed(3)}`),
    confidenceScale(confidence, rates),
    html("p", { class: "muted" }, ...explanation(confidence, rates)),
  );
}

function explanation(confidence: number, rates: readonly FalseAcceptRate[]): readonly string[] {
  const threshold = limits.samePersonConfidence;
  const rate = rateAt(rates, threshold);
  const reached = rates.filter((row) => row.confidence <= confidence).at(-1);
  return [
    `From ${threshold} on, two faces count as the same person.`,
    rate === undefined
      ? ""
      : ` At that threshold ${inPercent(rate)} of pairs of strangers were taken for one person when it was measured.`,
    reached === undefined || reached.confidence === threshold
      ? ""
      : ` ${reached.confidence} or more was reached by ${inPercent(reached.rate)} of them.`,
  ];
}

/** A scale from 0 to 1 with the threshold marked, and below it what strangers reached. */
function confidenceScale(confidence: number, rates: readonly FalseAcceptRate[]): HTMLElement {
  const bar = html("span", { class: "scale-value" });
  bar.style.inlineSize = `${confidence * 100}%`;
  const marks = [0.1, 0.3, limits.samePersonConfidence, 0.7, 0.9].flatMap((at) => {
    const rate = rateAt(rates, at);
    if (rate === undefined) return [];
    const mark = html("span", {}, inPercent(rate));
    mark.style.insetInlineStart = `${at * 100}%`;
    return [mark];
  });
  return html(
    "div",
    {
      class: "scale-place",
      role: "img",
      "aria-label": `${confidence.toFixed(3)} on a scale from 0 to 1, threshold ${limits.samePersonConfidence}`,
    },
    html("div", { class: "scale" }, bar, html("span", { class: "scale-threshold" })),
    html("div", { class: "scale-marks" }, ...marks),
    html("p", { class: "muted small" }, "Share of pairs of strangers that reach each point."),
  );
}

function inPercent(rate: number): string {
  return rate > 0 && rate < 1e-4
    ? `one in ${Number((1 / rate).toPrecision(2)).toLocaleString("en")}`
    : `${Number((rate * 100).toPrecision(2))} %`;
}
