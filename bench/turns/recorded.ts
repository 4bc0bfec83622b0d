// The two channels of a conversation that was kept. Node.
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { fromS16Stereo } from '../../talk/audio-files.ts';

/** The name of the chunk and its length, before the samples. */
const DATA_HEADER_BYTES = 8;

/** `left` is the microphone, `right` the agent; at the rig's rate. Rejects when there is no recording. */
export async function readRecorded(
  folder: string,
): Promise<{ left: Float32Array; right: Float32Array }> {
  const wav = await readFile(path.join(folder, 'conversation.wav'));
  return fromS16Stereo(wav.subarray(wav.indexOf('data') + DATA_HEADER_BYTES));
}
