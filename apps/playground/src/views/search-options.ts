import { limits } from "@mien/contract/limits";
import { findSimilarMatchModes } from "@mien/contract/names";
import { html, uniqueId } from "../elements.js";

/** How findSimilar is to search, as its body has it; an empty field leaves the number to the service. */
export interface SearchOptions {
  readonly mode: string;
  readonly maxNumOfCandidatesReturned?: number;
}

const modeWords: Record<string, string> = {
  matchPerson: "matchPerson: the same person only",
  matchFace: "matchFace: whoever looks most alike",
};

/** The fields for the mode and the number of candidates. */
export function searchOptions(onChange: () => void): {
  readonly element: HTMLElement;
  readonly read: () => SearchOptions;
} {
  const modeId = uniqueId("mode");
  const mode = html(
    "select",
    { id: modeId, onchange: onChange },
    ...findSimilarMatchModes.map((value) => html("option", { value }, modeWords[value])),
  );
  const countId = uniqueId("count");
  const range = limits.findSimilar.maxNumOfCandidatesReturned;
  const count = html("input", {
    id: countId,
    type: "number",
    inputmode: "numeric",
    min: range.minimum,
    max: range.maximum,
    placeholder: range.default,
    onchange: onChange,
  });
  return {
    element: html(
      "div",
      { class: "model-choice" },
      html("div", { class: "field" }, html("label", { for: modeId }, "Mode"), mode),
      html("div", { class: "field" }, html("label", { for: countId }, "At most"), count),
    ),
    read: () => ({
      mode: mode.value,
      ...(count.value === "" ? {} : { maxNumOfCandidatesReturned: Number(count.value) }),
    }),
  };
}
