import { describe, expect, test } from 'vitest';
import { createAbortReason } from '../../src/core/abort.ts';
import { LogMel } from '../../workers/engines/log-mel.ts';
import { createSmartTurn } from '../../workers/engines/smart-turn.ts';
import { assembleClip, largestError, SPEECH_CASES } from '../support/log-mel-cases.ts';
import { servedModelFiles } from '../support/model-files-over-http.ts';
import { concatenate, fetchRecording, LIBRIVOX, silence } from '../support/recordings.ts';
import { runEndOfTurnSuite } from './end-of-turn.suite.ts';
import type { TurnClip } from './end-of-turn.suite.ts';

const { signal } = new AbortController();

/** Sentences that end as sentences do, and where they are cut: within a word, in the first half. */
const SENTENCES = [
  { file: LIBRIVOX[0]!, cutMs: 2_118 },
  { file: LIBRIVOX[3]!, cutMs: 1_740 },
];

async function loadClips(): Promise<readonly TurnClip[]> {
  const clips = SENTENCES.map(async ({ file, cutMs }) => {
    const { pcm } = await fetchRecording(file);
    const cut = pcm.subarray(0, cutMs * 16);
    return [
      { name: file, pcm: concatenate(pcm, silence(200)), isComplete: true },
      { name: `${file} to ${cutMs} ms`, pcm: concatenate(cut, silence(200)), isComplete: false },
    ];
  });
  return (await Promise.all(clips)).flat();
}

runEndOfTurnSuite({
  name: 'smart turn',
  create: () => createSmartTurn({ files: servedModelFiles, threads: 1, signal }),
  loadClips,
});

describe('smart turn', () => {
  test.each(SPEECH_CASES)('$name: features are those of the reference', async (clip) => {
    const pcm = await assembleClip(clip, async (file) => (await fetchRecording(file)).pcm);
    expect(pcm.length).toBe(clip.samples);
    expect(largestError(clip, new LogMel().compute(pcm))).toBeLessThan(1e-3);
  });

  test('two threads give the answer of one', async () => {
    const [clip] = await loadClips();
    const answers: number[] = [];
    for (const threads of [1, 2]) {
      const engine = await createSmartTurn({ files: servedModelFiles, threads, signal });
      answers.push(await engine.predict(clip!.pcm, { signal }));
      await engine.dispose();
    }
    expect(answers[1]).toBeCloseTo(answers[0]!, 3);
  });

  test('an abort while it loads rejects with its reason', async () => {
    const controller = new AbortController();
    const loading = createSmartTurn({
      files: servedModelFiles,
      threads: 1,
      signal: controller.signal,
    });
    const reason = createAbortReason('The page was left.');
    controller.abort(reason);
    await expect(loading).rejects.toBe(reason);
  });

  test('bytes that are no model are named', async () => {
    const files = { read: async () => new TextEncoder().encode('<!doctype html>').buffer };
    await expect(createSmartTurn({ files, threads: 1, signal })).rejects.toMatchObject({
      code: 'model-invalid',
      details: { modelId: 'smart-turn-v3.2' },
    });
  });
});
