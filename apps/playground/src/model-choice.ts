import {
  detectionModels,
  recognitionModels,
  type FaceDetectionModel,
  type FaceRecognitionModel,
} from "@mien/contract/names";
import { html, uniqueId } from "./elements.js";

export interface Models {
  readonly detectionModel: FaceDetectionModel;
  readonly recognitionModel: FaceRecognitionModel;
}

export interface ModelChoice {
  readonly element: HTMLElement;
  readonly read: () => Models;
}

const words: Record<string, string> = {
  detection_01: "fast, square boxes",
  detection_02: "small, turned and blurred faces",
  detection_03: "the most accurate",
  recognition_01: "first generation",
  recognition_02: "second generation",
  recognition_03: "third generation",
  recognition_04: "the most accurate",
};

/** The two models to choose, made from the contract's words. The service compares faces of one recognition model only. */
export function modelChoice(onChange: () => void): ModelChoice {
  const detection = select("Detection model", "detectionModel", detectionModels, onChange);
  const recognition = select("Recognition model", "recognitionModel", recognitionModels, onChange);
  return {
    element: html("div", { class: "model-choice" }, detection.element, recognition.element),
    read: () => ({
      detectionModel: detection.input.value as FaceDetectionModel,
      recognitionModel: recognition.input.value as FaceRecognitionModel,
    }),
  };
}

/** The newest model of its kind is the last of its list, and the one to begin with. */
function select(label: string, name: string, values: readonly string[], onChange: () => void) {
  const id = uniqueId(name);
  const input = html(
    "select",
    { id, name, onchange: onChange },
    ...values.map((value) =>
      html(
        "option",
        { value, selected: value === values.at(-1) },
        `${value}: ${words[value] ?? ""}`,
      ),
    ),
  );
  return {
    input,
    element: html("div", { class: "field" }, html("label", { for: id }, label), input),
  };
}
