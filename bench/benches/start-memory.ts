// The memory that a conversation takes at its peak: with Kokoro, and through a change of voice. Node and Chromium.
import { QUESTIONS } from '../../scripts/lib/questions.mjs';
import { parseTalkArguments } from '../../talk/arguments.ts';
import { prepareClips } from '../../talk/prepare-clips.ts';
import { runTalk } from '../../talk/run-talk.ts';
import type { TalkResult } from '../../talk/run-talk.ts';
import type { TalkScript } from '../../talk/script.ts';
import { FULL_ROUNDS } from '../measure/bench.ts';
import type { BenchCase, Figures, Quantity } from '../measure/bench.ts';
import { questionFile } from './v2v-questions.ts';

/** 1.2 GiB. */
export const MOST_PAGE_MIB: number = 1.2 * 1024;

interface Talk {
  readonly id: string;
  readonly tts: 'kokoro' | 'auto';
  /** Of silence before each question. */
  readonly restMs: number;
  readonly rounds: BenchCase['rounds'];
}

const KOKORO: Talk = {
  ...{ id: 'all local, isolated page, a conversation', tts: 'kokoro', restMs: 1_000 },
  rounds: { full: FULL_ROUNDS, quick: 1 },
};
/** A better voice is measured while nobody speaks, for some seconds. */
const AUTO: Talk = {
  ...{ id: 'all local, isolated page, a change of voice', tts: 'auto', restMs: 8_000 },
  rounds: { full: 5, quick: 1 },
};
const OURS = 'ours';

export const MEMORY_CASES: readonly BenchCase[] = [KOKORO, AUTO].map((talk) => ({
  ...{ id: talk.id, arms: [OURS], rounds: talk.rounds },
  open: async () => ({ measure: () => hold(talk), close: async () => undefined }),
}));

export const MEMORY_QUANTITIES: readonly Quantity[] = [
  {
    ...peakOf(KOKORO),
    target: { of: 'ours', atMost: MOST_PAGE_MIB, quantile: 1 },
  },
  { ...peakOf(AUTO), target: null },
  {
    ...{ ...peakOf(AUTO), quantity: 'changes of voice', unit: 'count', figure: 'changes' },
    ...{ middle: 'mean', target: null },
  },
];

function peakOf({ id }: Talk): Omit<Quantity, 'target'> {
  const named = { quantity: 'peak page memory', unit: 'MiB', figure: 'peakMiB' } as const;
  return { ...named, case: id, ours: OURS, theirs: null };
}

async function hold({ tts, restMs }: Talk): Promise<Figures> {
  const script: TalkScript = {
    version: 1,
    clips: QUESTIONS.map(({ name }) => ({
      ...{ id: name, file: questionFile(name), gainDb: 0, kind: 'speech' },
      at: { whenever: 'quiet', offsetMs: restMs },
    })),
    events: [],
  };
  const result = await runTalk({
    arguments: parseTalkArguments(['--script', 'memory', '--tts', tts, '--timeout', '300']),
    script,
    clips: await prepareClips(script, '/'),
    onProgress: () => undefined,
  });
  checkAnswers(result);
  const changes = result.run.events.filter(
    (event) => event.type === 'engine-change' && event.engine.name === 'kokoro',
  );
  return { peakMiB: result.peakPageMiB, changes: changes.length };
}

/** A conversation in which nothing was recognised, answered and spoken says nothing of its memory. */
function checkAnswers({ report }: TalkResult): void {
  const answers = report.played.filter(({ kind }) => kind === 'answer');
  const answered = new Set(answers.map(({ turnId }) => turnId)).size;
  if (answered >= QUESTIONS.length) return;
  throw new Error(`${answered} of ${QUESTIONS.length} questions were answered`);
}
