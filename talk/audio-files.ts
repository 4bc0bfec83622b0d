// WAV files in and out of the rig. Node.
import { encodeWav, parseWav } from '../src/core/wav.ts';
