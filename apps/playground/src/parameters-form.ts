import type { DetectParameters } from "@mien/client";
import { limits } from "@mien/contract/limits";
import {
  detectionModels,
  liveAttributes,
  recognitionModels,
  retiredAttributes,
  type FaceAttributeType,
  type FaceDetectionModel,
  type FaceRecognitionModel,
} from "@mien/contract/names";
import { html, uniqueId } from "./elements.js";

export interface ParametersForm {
  readonly element: HTMLElement;
  read(): DetectParameters;
}

/** Which detectors give an attribute; the server has the last word. */
const detectorsOf: Partial<Record<FaceAttributeType, readonly FaceDetectionModel[]>> = {
  headPose: ["detection_01", "detection_03"],
  mask: ["detection_03"],
  qualityForRecognition: ["detection_01", "detection_03"],
};
const recognisersOfQuality: readonly FaceRecognitionModel[] = ["recognition_03", "recognition_04"];

const chosenAtFirst: readonly FaceAttributeType[] = ["headPose", "qualityForRecognition"];

const words: Record<string, string> = {
  detection_01: "fast, square boxes",
  detection_02: "small, turned and blurred faces",
  detection_03: "the most accurate",
  recognition_01: "first generation",
  recognition_02: "second generation",
  recognition_03: "third generation",
  recognition_04: "the most accurate",
};

/** The parameters of detect as a form, made from the words and limits of the contract. */
export function parametersForm(onChange: () => void): ParametersForm {
  const detection = select("Detection model", "detectionModel", detectionModels, "detection_03");
  const recognition = select(
    "Recognition model",
    "recognitionModel",
    recognitionModels,
    "recognition_04",
  );
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

  /** Boxes that the chosen models cannot answer are out of reach, and say nothing on the wire. */
  const fit = () => {
    const detector = detection.input.value as FaceDetectionModel;
    const recogniser = recognition.input.value as FaceRecognitionModel;
    for (const { name, box } of all) {
      const allowed = (detectorsOf[name] ?? ["detection_01"]).includes(detector);
      const quality = name !== "qualityForRecognition" || recognisersOfQuality.includes(recogniser);
      box.input.disabled = !allowed || !quality;
    }
    landmarks.input.disabled = detector === "detection_02";
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
    detection.element,
    recognition.element,
    html("fieldset", {}, html("legend", {}, "Attributes"), ...live.map(({ box }) => box.element)),
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
        detectionModel: detection.input.value,
        recognitionModel: recognition.input.value,
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

function select(label: string, name: string, values: readonly string[], chosen: string) {
  const id = uniqueId(name);
  const input = html(
    "select",
    { id, name },
    ...values.map((value) =>
      html("option", { value, selected: value === chosen }, `${value}: ${words[value] ?? ""}`),
    ),
  );
  return {
    input,
    element: html("div", { class: "field" }, html("label", { for: id }, label), input),
  };
}

function checkbox(label: string, name: string, checked: boolean) {
  const input = html("input", { type: "checkbox", name, checked });
  return { input, element: html("label", { class: "checkbox" }, input, html("span", {}, label)) };
}
