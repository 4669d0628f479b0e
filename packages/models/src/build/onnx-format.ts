/**
 * Reading and writing ONNX files. The schema is the part of `onnx.proto` (ONNX IR version 10) that inference models
 * use; field numbers are the standard's.
 */
import protobuf from "protobufjs";

const schema = `
syntax = "proto2";
package onnx;
message AttributeProto {
  optional string name = 1;
  optional float f = 2;
  optional int64 i = 3;
  optional bytes s = 4;
  optional TensorProto t = 5;
  optional GraphProto g = 6;
  repeated float floats = 7 [packed = true];
  repeated int64 ints = 8 [packed = true];
  repeated bytes strings = 9;
  optional int32 type = 20;
}
message ValueInfoProto { optional string name = 1; optional TypeProto type = 2; }
message NodeProto {
  repeated string input = 1;
  repeated string output = 2;
  optional string name = 3;
  optional string op_type = 4;
  repeated AttributeProto attribute = 5;
  optional string domain = 7;
}
message OperatorSetIdProto { optional string domain = 1; optional int64 version = 2; }
message ModelProto {
  optional int64 ir_version = 1;
  optional string producer_name = 2;
  optional string producer_version = 3;
  optional GraphProto graph = 7;
  repeated OperatorSetIdProto opset_import = 8;
}
message GraphProto {
  repeated NodeProto node = 1;
  optional string name = 2;
  repeated TensorProto initializer = 5;
  repeated ValueInfoProto input = 11;
  repeated ValueInfoProto output = 12;
}
message TensorProto {
  repeated int64 dims = 1 [packed = true];
  optional int32 data_type = 2;
  repeated float float_data = 4 [packed = true];
  repeated int32 int32_data = 5 [packed = true];
  repeated int64 int64_data = 7 [packed = true];
  optional string name = 8;
  optional bytes raw_data = 9;
}
message TensorShapeProto {
  message Dimension { optional int64 dim_value = 1; optional string dim_param = 2; }
  repeated Dimension dim = 1;
}
message TypeProto {
  message Tensor { optional int32 elem_type = 1; optional TensorShapeProto shape = 2; }
  optional Tensor tensor_type = 1;
}
`;

export interface OnnxAttribute {
  name: string;
  f?: number;
  i?: number;
  s?: Uint8Array;
  t?: OnnxTensor;
  floats?: number[];
  ints?: number[];
  type: number;
}

export interface OnnxNode {
  input: string[];
  output: string[];
  name: string;
  opType: string;
  attribute: OnnxAttribute[];
}

export interface OnnxTensor {
  name: string;
  dims: number[];
  dataType: number;
  floatData?: number[];
  int32Data?: number[];
  int64Data?: number[];
  rawData?: Uint8Array;
}

export interface OnnxValue {
  name: string;
  type: {
    tensorType: { elemType: number; shape: { dim: { dimValue?: number; dimParam?: string }[] } };
  };
}

export interface OnnxGraph {
  name: string;
  node: OnnxNode[];
  initializer: OnnxTensor[];
  input: OnnxValue[];
  output: OnnxValue[];
}

export interface OnnxModel {
  irVersion: number;
  producerName: string;
  producerVersion?: string;
  graph: OnnxGraph;
  opsetImport: { domain?: string; version: number }[];
}

/** Element types of the standard. */
export const elementType = { float32: 1, uint8: 2, int32: 6, int64: 7, float16: 10 } as const;
/** Attribute types of the standard. */
export const attributeType = {
  float: 1,
  int: 2,
  string: 3,
  tensor: 4,
  floats: 6,
  ints: 7,
} as const;

const modelType = protobuf.parse(schema, { keepCase: false }).root.lookupType("onnx.ModelProto");

/** Parses an ONNX file. Repeated fields are always arrays; 64-bit integers become numbers. */
export function readOnnx(file: Uint8Array): OnnxModel {
  const message = modelType.decode(file);
  return modelType.toObject(message, { longs: Number, arrays: true }) as OnnxModel;
}

/** Serialises a model. The same model always gives the same bytes. */
export function writeOnnx(model: OnnxModel): Uint8Array {
  return modelType.encode(modelType.fromObject(model)).finish();
}

/** The values of a float32 tensor, wherever the file keeps them. A copy. */
export function floatValues(tensor: OnnxTensor): Float32Array {
  if (tensor.dataType !== elementType.float32)
    throw new TypeError(`${tensor.name} is no float32 tensor`);
  const raw = tensor.rawData;
  if (raw !== undefined && raw.byteLength > 0) return new Float32Array(Uint8Array.from(raw).buffer);
  return Float32Array.from(tensor.floatData ?? []);
}

/** The values of an int64 tensor as numbers. */
export function integerValues(tensor: OnnxTensor): number[] {
  const raw = tensor.rawData;
  if (raw !== undefined && raw.byteLength > 0)
    return Array.from(new BigInt64Array(Uint8Array.from(raw).buffer), Number);
  return tensor.int64Data ?? [];
}

export function floatTensor(
  name: string,
  dims: readonly number[],
  values: Float32Array,
): OnnxTensor {
  return {
    name,
    dims: [...dims],
    dataType: elementType.float32,
    rawData: new Uint8Array(values.buffer, values.byteOffset, values.byteLength),
  };
}

export function integerTensor(name: string, values: readonly number[]): OnnxTensor {
  const data = BigInt64Array.from(values, BigInt);
  return {
    name,
    dims: [values.length],
    dataType: elementType.int64,
    rawData: new Uint8Array(data.buffer),
  };
}

/** A graph input or output; a string is the name of a free dimension. */
export function tensorValue(
  name: string,
  shape: readonly (number | string)[],
  elemType: number = elementType.float32,
): OnnxValue {
  return {
    name,
    type: {
      tensorType: {
        elemType,
        shape: {
          dim: shape.map((size) =>
            typeof size === "number" ? { dimValue: size } : { dimParam: size },
          ),
        },
      },
    },
  };
}
