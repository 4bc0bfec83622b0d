// The suites against the real worklets, shared memory and ports.
import { describeAudioInput } from './audio-input.suite.ts';
import { describeAudioOutput } from './audio-output.suite.ts';
import { createInputRig, createOutputRig } from './audio-rigs.ts';

for (const kind of ['shared', 'port'] as const) {
  describeAudioInput(`the capture worklet, ${kind}`, () => createInputRig(kind));
  describeAudioOutput(`the playback worklet, ${kind}`, () => createOutputRig(kind));
}
