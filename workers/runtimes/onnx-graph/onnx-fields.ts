// Numbers of the fields of an ONNX file that several readers look at; pure. In a worker or in Node.

/** Of `ModelProto`. */
export const MODEL_GRAPH = 7;
/** Of `GraphProto`. */
export const GRAPH = { node: 1, initializer: 5, input: 11, output: 12, valueInfo: 13 } as const;
