import type { DetectParameters } from "@mien/client";
import {
  hasAttribute,
  matrixRow,
  recognitionModelsWithQuality,
} from "@mien/contract/attribute-matrix";
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

/** Whether a detector answers an attribute. Only the server knows whether its operator allows the retired ones. */
function isAnswered(name: FaceAttributeType, detector: FaceDetectionModel): boolean {
  return hasAttribute(matrixRow(detector, defaultApiVersion), name.toLowerCase(), true);
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
    const withQuality = recognitionModelsWithQuality.includes(recogniser);
    for (const { name, box } of all) {
      box.input.disabled =
        !isAnswered(name, detector) || (name === "qualityForRecognition" && !withQuality);
    }
    landmarks.input.disabled = detector === "detection_02";
    const beyond = live.filter(({ name }) => !isAnswered(name, detector)).map(({ name }) => name);
    hint.textContent = [
      ...(beyond.length > 0 ? [`Not with ${detector}: ${beyond.join(", ")}.`] : []),
      ...(beyond.length > 0 && detector !== "detection_01"
        ? ["detection_01 answers most of them."]
        : []),
      ...(withQuality ? [] : [`Not with ${recogniser}: qualityForRecognition.`]),
    ].join(" ");
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
