/** What `npm run bench:attributes` says of the attributes. */

export interface AttributesReport {
  readonly portraits: number;
  readonly glasses: {
    readonly accuracy: number;
    readonly balanced: number;
    /** Rows: the service's noGlasses, readingGlasses, sunglasses; columns: ours, swimmingGoggles last. */
    readonly confusion: readonly (readonly number[])[];
    readonly sunglassesCalledNone: number;
  };
  /** Areas under the ROC curve, with the count of positives. */
  readonly areas: Readonly<Record<string, { readonly area: number; readonly positives: number }>>;
  readonly falseAlarms: Readonly<Record<"eye" | "mouth", number>>;
  readonly mask: MaskReport;
  /** What is drawn over a part of the face, against plain portraits without anything there. */
  readonly occluders: readonly {
    readonly part: string;
    readonly faces: number;
    readonly area: number;
    readonly found: number;
  }[];
  readonly gogglesFound: number;
  readonly exposure: { readonly error: number; readonly levels: number };
  readonly blur: QualityReport;
  readonly noise: QualityReport;
  readonly age: { readonly error: number };
  readonly ageByGroup: readonly AgeGroup[];
  readonly hairColour: HairColourReport;
}

export interface MaskReport {
  readonly realPhotographs: number;
  /** Of the photographs, those in which a face was found at all. */
  readonly realFound: number;
  /** Of the faces found. */
  readonly realAccuracy: number;
  readonly drawn: number;
  readonly drawnFound: number;
  readonly coveredAccuracy: number;
  readonly plainCalledMasked: number;
  /** Rows: none, the masks' four heights, hands and scarves; columns: noMask, faceMask, otherMaskOrOcclusion, uncertain. */
  readonly confusion: readonly { readonly drawn: string; readonly counts: readonly number[] }[];
  /** noseAndMouthCovered by the height of the mask. */
  readonly heights: readonly {
    readonly height: string;
    readonly faces: number;
    readonly right: number;
  }[];
  readonly heightsRight: number;
  readonly otherFound: number;
}

export interface HairColourReport {
  readonly topOne: number;
  readonly portraits: number;
  /** The same where the service's first is ahead of its second by a tenth. */
  readonly clearTopOne: number;
  readonly clearPortraits: number;
  /** Rows: the service's first; columns: ours, both in the order of `hairColours`, and last those without a colour of ours. */
  readonly confusion: readonly (readonly number[])[];
}

export interface QualityReport {
  /** Spearman's, with the strength that was put in. */
  readonly rankCorrelation: number;
  /** Share of natural portraits on the service's level. */
  readonly levels: number;
  /** What always answering "low" would reach. */
  readonly alwaysLow: number;
  /** Rank correlation with the other one's strength: 0 is independent. */
  readonly crossTalk: number;
}

export interface AgeGroup {
  readonly group: string;
  readonly portraits: number;
  readonly glassesAccuracy: number;
  readonly ageError: number;
  readonly maskFalseAlarms: number;
}
