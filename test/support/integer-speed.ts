// Kokoro as some exports have it: `speed` is an integer, of which the graph makes a float. In Node or in a browser.
import { intAttribute } from '../../workers/runtimes/onnx-graph/onnx-node.ts';
import { OnnxModel } from '../../workers/runtimes/onnx-graph/onnx-model.ts';
import { DATA_TYPE } from '../../workers/runtimes/onnx-graph/onnx-tensor.ts';

/** @param dataType of ONNX's `TensorProto.DataType` */
export function withIntegerSpeed(file: ArrayBuffer, dataType: number): Uint8Array<ArrayBuffer> {
  const model = OnnxModel.parse(new Uint8Array(file));
  model.setInput('speed', { dataType, dims: [1] });
  const cast = {
    ...{ opType: 'Cast', domain: '', name: 'speed/Cast' },
    ...{ inputs: ['speed'], outputs: ['speed/float'] },
    attributes: new Map([['to', intAttribute('to', DATA_TYPE.float)]]),
  };
  const nodes = model.nodes.map((node) => ({
    ...node,
    inputs: node.inputs.map((name) => (name === 'speed' ? 'speed/float' : name)),
  }));
  model.nodes = [cast, ...nodes];
  return model.toBytes();
}
