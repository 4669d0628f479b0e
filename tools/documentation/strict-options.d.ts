import type { CompilerOptions } from "typescript";

export declare const strictOptions: CompilerOptions;
