/** Takes what the benches measured into the package, so that who installed it can read it there. */
import { readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { accuracyFile, type MeasuredAccuracy } from "../measured-accuracy.js";

/** The part of `bench/results/accuracy.json` that is told. */
interface AccuracyResults {
  readonly wider: readonly {
    readonly detectionModel: string;
    readonly faces: number;
    readonly servicePrecision: number;
    readonly serviceRecall: number;
  }[];
  readonly geometry: {
    readonly landmarks: readonly {
      readonly yaw: string;
      readonly ibugAlone: number;
      readonly meshAlone: number;
    }[];
    readonly knownPose: { readonly pitch: number; readonly yaw: number; readonly roll: number };
  };
  readonly recognition: readonly {
    readonly recognitionModel: string;
    readonly rows: readonly {
      readonly confidence: number;
      readonly falseAccept: { readonly rate: number };
      readonly falseReject: { readonly rate: number };
    }[];
    readonly pairs: { readonly accuracy: { readonly rate: number } };
  }[];
}

/** The same of `bench/results/attributes.json`. */
interface AttributeResults {
  readonly glasses: { readonly accuracy: number };
  readonly mask: { readonly realAccuracy: number };
  readonly age: { readonly error: number };
}

const results = fileURLToPath(new URL("../../../../bench/results/", import.meta.url));

async function read<Results>(name: string): Promise<Results> {
  return JSON.parse(await readFile(`${results}${name}`, "utf8")) as Results;
}

function percent(share: number, digits = 3): string {
  return `${Number((share * 100).toPrecision(digits))} %`;
}

/** @throws Error when `bench/results` lacks a number that is told. */
export async function writeAccuracy(): Promise<void> {
  const accuracy = await read<AccuracyResults>("accuracy.json");
  const attributes = await read<AttributeResults>("attributes.json");
  const frontal = accuracy.geometry.landmarks[0]!;
  const { pitch, yaw, roll } = accuracy.geometry.knownPose;
  const measured: MeasuredAccuracy = {
    contract: Object.fromEntries([
      ...accuracy.wider.map((row): [string, string] => [
        row.detectionModel,
        `WIDER FACE, ${row.faces} faces of 10 pixels and more: precision ${percent(row.servicePrecision)}, recall ${percent(row.serviceRecall)}`,
      ]),
      ...accuracy.recognition.map(({ recognitionModel, pairs, rows }): [string, string] => {
        const threshold = rows.find(({ confidence }) => confidence === 0.5)!;
        return [
          recognitionModel,
          `LFW: ${percent(pairs.accuracy.rate, 4)} of pairs right; from 0.5 on ${percent(threshold.falseAccept.rate, 2)} of strangers pass and ${percent(threshold.falseReject.rate, 2)} of people do not`,
        ];
      }),
    ]),
    networks: {
      landmark68: `alone ${frontal.ibugAlone.toFixed(1)} % of the face off, yaw ${frontal.yaw} degrees`,
      mesh: `alone ${frontal.meshAlone.toFixed(1)} % of the face off, yaw ${frontal.yaw} degrees`,
      pose: `with geometry ${pitch.toFixed(1)}, ${yaw.toFixed(1)}, ${roll.toFixed(1)} degrees off in pitch, yaw, roll`,
      attributes: `glasses ${percent(attributes.glasses.accuracy)} right, masks ${percent(attributes.mask.realAccuracy)}, age ${attributes.age.error.toFixed(1)} years off`,
    },
  };
  await writeFile(accuracyFile, `${JSON.stringify(measured, null, 2)}\n`);
}
