// Reads the WAVs of a script, at the rig's rate, with their speech found. Node.
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { BadInput } from './bad-input.ts';
import { monoAtTalkRate } from './audio-files.ts';
import { TALK_RATE_HZ } from './page/plan.ts';
import type { PreparedClip } from './report/clips.ts';
import { Loudness } from './report/loudness.ts';
import type { ScriptClip, TalkScript } from './script.ts';

/** Rejects with {@link BadInput} naming the file that cannot be read, or holds nothing to hear. */
export async function prepareClips(script: TalkScript, folder: string): Promise<PreparedClip[]> {
  const clips: PreparedClip[] = [];
  for (const clip of script.clips) clips.push(await prepareClip(clip, folder));
  return clips;
}

async function prepareClip(clip: ScriptClip, folder: string): Promise<PreparedClip> {
  const file = path.resolve(folder, clip.file);
  const bytes = await readFile(file).catch(() => {
    throw new BadInput(`${clip.file}: cannot be read (looked for ${file})`);
  });
  const samples = decode(clip.file, bytes);
  const speechSpansMs = clip.speechSpansMs ?? findSpeech(clip, samples);
  const gain = 10 ** (clip.gainDb / 20);
  return { id: clip.id, kind: clip.kind, pcm: samples.map((each) => each * gain), speechSpansMs };
}

function decode(name: string, bytes: Uint8Array): Float32Array {
  try {
    return monoAtTalkRate(bytes);
  } catch (error) {
    throw new BadInput(`${name}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** Before the gain: a quieter clip is as long. */
function findSpeech(clip: ScriptClip, samples: Float32Array): [number, number][] {
  const spans = new Loudness(samples, TALK_RATE_HZ).spans();
  if (spans.length === 0) {
    throw new BadInput(`${clip.file}: nothing in it is louder than -40 dBFS`);
  }
  return spans.map(({ startMs, endMs }) => [startMs, endMs]);
}
