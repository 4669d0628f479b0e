import type { DetectParameters } from "@mien/client";
import { attributeMatrix, recognitionModelsWithQuality } from "@mien/contract/attribute-matrix";
import { limits } from "@mien/contract/limits";
import {
  defaultApiVersion,
  liveAttributes,
  retiredAttributes,
  type FaceAttributeType,
  type FaceDetectionModel,
} from "@mien/contract/names";
import { html, uniqueId } from "./elements.js";
import { modelChoice } from "./model-choice.js";

export interface ParametersForm {
  readonly element: HTMLElement;
  read(): DetectParameters;
}

/** Whether a detector answers an attribute, by the contract's own table; the server has the last word. */
function isAnswered(name: FaceAttributeType, detector: FaceDetectionModel): boolean {
  const row = attributeMatrix.find(
    ({ detectionModel, versions }) =>
      detectionModel === detector && versions.includes(defaultApiVersion),
  );
  const retired = retiredAttributes.some((attribute) => attribute === name);
  return retired ? row?.tellsRetired === true : row!.attributes.includes(name.toLowerCase());
}

const chosenAtFirst: readonly FaceAttributeType[] = ["headPose", "qualityForRecognition"];

/** The parameters of detect as a form, made from the words and limits of the contract. */
export function parametersForm(onChange: () => void): ParametersForm {
  // Its changes arrive at the form like all others.
  const models = modelChoice(() => undefined);
  const faceIds = checkbox("Return faceIds", "returnFaceId", true);
  const landmarks = checkbox("Return landmarks", "returnFaceLandmarks", true);
  const recognitionBack = checkbox("Return recognition model", "returnRecognitionModel", false);
  const lifetimeId = uniqueId("lifetime");
  const lifetime = html("input", {
    id: lifetimeId,
    type: "number",
    name: "faceIdTimeToLive",
    min: limits.faceIdTimeToLive.minimum,
    max: limits.faceIdTimeToLive.maximum,
    placeholder: limits.faceIdTimeToLive.default,
    inputmode: "numeric",
  });
  const attribute = (name: FaceAttributeType) => ({
    name,
    box: checkbox(name, name, chosenAtFirst.includes(name)),
  });
  const live = liveAttributes.map(attribute);
  const retired = retiredAttributes.map(attribute);
  const all = [...live, ...retired];

  const hint = html("p", { class: "muted small" });

  /** Boxes that the chosen models cannot answer are out of reach, and say nothing on the wire. */
  const fit = () => {
    const { detectionModel: detector, recognitionModel: recogniser } = models.read();
    for (const { name, box } of all) {
      const allowed = isAnswered(name, detector);
      const quality =
        name !== "qualityForRecognition" || recognitionModelsWithQuality.includes(recogniser);
      box.input.disabled = !allowed || !quality;
    }
    landmarks.input.disabled = detector === "detection_02";
    const beyond = live.filter(({ box }) => box.input.disabled).map(({ name }) => name);
    hint.textContent =
      beyond.length === 0
        ? ""
        : detector === "detection_01"
          ? `Not with these models: ${beyond.join(", ")}.`
          : `Not with ${detector}: ${beyond.join(", ")}. detection_01 answers most of them.`;
  };
  const element = html(
    "form",
    {
      class: "parameters",
      "aria-label": "Parameters of detection",
      onsubmit: (event) => event.preventDefault(),
      onchange: () => {
        fit();
        onChange();
      },
    },
    models.element,
    html("fieldset", {}, html("legend", {}, "Attributes"), ...live.map(({ box }) => box.element)),
    hint,
    html(
      "details",
      {},
      html("summary", {}, "More"),
      faceIds.element,
      landmarks.element,
      recognitionBack.element,
      html(
        "div",
        { class: "field" },
        html("label", { for: lifetimeId }, "faceIds live for, seconds"),
        lifetime,
      ),
      html(
        "fieldset",
        {},
        html("legend", {}, "Retired by Azure; answered where the operator allows it"),
        ...retired.map(({ box }) => box.element),
      ),
    ),
  );
  fit();
  return {
    element,
    read() {
      const attributes = all.filter(({ box }) => box.input.checked && !box.input.disabled);
      return {
        ...models.read(),
        returnFaceId: faceIds.input.checked,
        ...(attributes.length > 0
          ? { returnFaceAttributes: attributes.map(({ name }) => name) }
          : {}),
        ...(landmarks.input.checked && !landmarks.input.disabled
          ? { returnFaceLandmarks: true }
          : {}),
        ...(recognitionBack.input.checked ? { returnRecognitionModel: true } : {}),
        ...(lifetime.value === "" ? {} : { faceIdTimeToLive: Number(lifetime.value) }),
      };
    },
  };
}

function checkbox(label: string, name: string, checked: boolean) {
  const input = html("input", { type: "checkbox", name, checked });
  return { input, element: html("label", { class: "checkbox" }, input, html("span", {}, label)) };
}
