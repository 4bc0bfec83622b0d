// The questions of voice to voice, spoken by Kokoro's voices, one each. Node.
import { mkdir, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { CACHE_DIR } from '../../scripts/lib/paths.mjs';
import { QUESTIONS } from '../../scripts/lib/questions.mjs';
import { createAudioChunk } from '../../src/core/audio-chunk.ts';
import { toInt16 } from '../../src/core/pcm.ts';
import { encodeWav } from '../../src/core/wav.ts';
import { Voices } from '../turns/clips/voices.ts';

/** In the order of the questions. The end-of-turn model takes most of what espeak-ng says for unfinished. */
const VOICES = ['af_heart', 'am_michael', 'bf_emma', 'am_adam', 'af_bella'] as const;

export type QuestionName = (typeof QUESTIONS)[number]['name'];

/** Where a question's WAV lies once {@link speakQuestions} has resolved. */
export function questionFile(name: QuestionName): string {
  const index = QUESTIONS.findIndex((each) => each.name === name);
  return path.join(CACHE_DIR, 'bench', 'questions', `${name}-${VOICES[index] ?? ''}.wav`);
}

/** Makes what is missing; the lines are kept. */
export async function speakQuestions(): Promise<void> {
  const voices = new Voices();
  try {
    for (const [index, { name, text }] of QUESTIONS.entries()) {
      const file = questionFile(name);
      if (await exists(file)) continue;
      const spoken = await voices.speak({ from: 'kokoro', voice: VOICES[index] ?? '', text });
      await mkdir(path.dirname(file), { recursive: true });
      const { sampleRateHz } = spoken;
      const pcm = toInt16(spoken.pcm);
      await writeFile(file, encodeWav(createAudioChunk({ pcm, sampleRateHz })));
    }
  } finally {
    await voices.close();
  }
}

function exists(file: string): Promise<boolean> {
  return stat(file).then(
    () => true,
    () => false,
  );
}
