// The suites on whatever page this is: on a plain one only ports exist.
import { describeAudioInput } from '../../contract/audio-input.suite.ts';
import { describeAudioOutput } from '../../contract/audio-output.suite.ts';
import { createInputRig, createOutputRig } from '../../contract/audio-rigs.ts';

describeAudioInput('the capture worklet, a port', () => createInputRig('port'));
describeAudioOutput('the playback worklet, a port', () => createOutputRig('port'));
