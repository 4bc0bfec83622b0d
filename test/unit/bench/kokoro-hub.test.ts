import { expect, test } from 'vitest';
import { renameValues } from '../../../bench/benches/rename-values.ts';
import { MessageWriter } from '../../../workers/runtimes/onnx-graph/protobuf.ts';
import { OnnxModel } from '../../../workers/runtimes/onnx-graph/onnx-model.ts';

/** One node that makes `audio` and `other` of `tokens` and `style`. */
function buildModel(): Uint8Array {
  const value = (name: string): MessageWriter => new MessageWriter().string(1, name);
  const node = new MessageWriter();
  for (const name of ['tokens', 'style']) node.string(1, name);
  for (const name of ['audio', 'other']) node.string(2, name);
  node.string(3, 'tokens').string(4, 'Add');
  const graph = new MessageWriter().message(1, node).string(2, 'tokens');
  for (const name of ['tokens', 'style']) graph.message(11, value(name));
  graph.message(12, value('audio'));
  return new MessageWriter().varint(1, 8).message(7, graph).toBytes();
}

test('inputs and outputs get other names wherever they are used, and nothing else changes', () => {
  const renamed = renameValues(buildModel(), { tokens: 'input_ids', audio: 'waveform' });
  const model = OnnxModel.parse(renamed);
  expect(model.outputs).toEqual(['waveform']);
  expect(model.nodes[0]?.inputs).toEqual(['input_ids', 'style']);
  expect(model.nodes[0]?.outputs).toEqual(['waveform', 'other']);
  // The node's own name and the graph's are no values.
  const text = new TextDecoder().decode(renamed);
  expect(text.match(/tokens/gu)).toHaveLength(2);
  expect(text.match(/input_ids/gu)).toHaveLength(2);
});
