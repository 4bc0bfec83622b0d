// Voice to voice: from the last sample of a question to the first of its answer, by the recording. Node.
import path from 'node:path';
import { RECORDINGS_DIR } from '../../scripts/lib/paths.mjs';
import { parseTalkArguments } from '../../talk/arguments.ts';
import { prepareClips } from '../../talk/prepare-clips.ts';
import { runTalk } from '../../talk/run-talk.ts';
import type { TalkScript } from '../../talk/script.ts';
import type { Bench, BenchCase, CaseSession, Figures, Quantity, Target } from '../measure/bench.ts';
import { BENCH_PAGES_DIR, ensureBenchPages } from '../measure/bench-page.ts';
import { startStubLlm } from '../turns/stub-llm.ts';
import { STUB_MS } from '../workers/stub-times.ts';
import { armsOf, firstTokenMsOf, flagsOf, nameOfCase, pagePathOf, V2V_CASES } from './v2v-arms.ts';
import type { EngineKind, TurnLogic, V2vCase } from './v2v-arms.ts';
import { toV2vFigures } from './v2v-figures.ts';
import { questionFile, speakQuestions } from './v2v-questions.ts';

/** The first is for warming up; the last one differs. */
const WARM_UP = questionFile('capital-of-france');
const QUESTIONS = (['who-are-you', 'two-plus-two', 'sunrise', 'tell-a-story'] as const).map(
  questionFile,
);
/** A person, with rests inside the sentence; a stub that takes every rest for an end would cut it off. */
const READ = 'librivox/sense_and_sensibility_01_austen_64kb-0880.wav';
const WARM_UPS = 1;
/** Conversations: five questions each, a little more than the thirty that an interval needs. */
const ROUNDS = { full: 7, quick: 1 };
/** Where three turns in ten may be acknowledged: long enough for four of them. */
const SLOW_QUESTIONS = 16;
const SEED = 42;
/** Of silence before the next question: acknowledgements are made meanwhile. */
const BETWEEN_MS = 1_500;

function scriptOf({ engines }: V2vCase): TalkScript {
  const files = [WARM_UP, ...questionsOf(engines)];
  return {
    version: 1,
    seed: SEED,
    clips: files.map((file, index) => ({
      ...{ id: `${index}-${path.basename(file, '.wav')}`, file, gainDb: 0 },
      at: { whenever: 'quiet', offsetMs: BETWEEN_MS },
      kind: 'speech',
    })),
    events: [],
  };
}

function questionsOf(engines: EngineKind): string[] {
  if (engines === 'stub') return [...QUESTIONS, WARM_UP];
  if (engines === 'remote' || engines === 'local') return [...QUESTIONS, READ];
  const again = Array.from(
    { length: SLOW_QUESTIONS - 1 },
    (_, index) => QUESTIONS[index % QUESTIONS.length],
  );
  return again.filter((file) => file !== undefined);
}

export function createV2vBench(): Bench {
  return {
    name: 'v2v',
    setUp: async () => {
      await ensureBenchPages();
      await speakQuestions();
    },
    cases: V2V_CASES.map(toCase),
    quantities: V2V_CASES.flatMap((each) =>
      each.engines === 'slow' ? toAcknowledgements(each) : toQuantities(each),
    ),
    notes: [
      'Each sample is a question of a conversation of six, five of them spoken by voices of Kokoro and one read by a person; the first warms up and is not counted. Loudness over -40 dBFS in 10 ms counts as sound, on a recording of both sides.',
      '"sequential": half-duplex, 400 ms of silence, the whole utterance to the recogniser, then the language model by sentence, then the voice. "fixed timer": our threads with 800 ms of silence and nothing begun ahead. Same engines, prompt, seed, temperature 0 and 40 tokens in all arms.',
      'With an endpoint our default begins no answers ahead, since it may be paid by the call; "ours, speculating" does.',
      `Stub engines: recogniser ${STUB_MS.stt} ms, end of turn ${STUB_MS.endOfTurn} ms, language model ${STUB_MS.llm} ms, voice ${STUB_MS.tts} ms; voice detection is real. Overhead is what the answer takes beyond the decision, or beyond those delays from the moment work could begin.`,
    ],
  };
}

function toCase(each: V2vCase): BenchCase {
  return {
    id: nameOfCase(each),
    arms: armsOf(each),
    rounds: ROUNDS,
    open: () => openCase(each),
  };
}

async function openCase(each: V2vCase): Promise<CaseSession> {
  const stub = await startStubLlm({ firstTokenMs: firstTokenMsOf(each) });
  return {
    measure: (arm) => holdOne(arm as TurnLogic, each, stub.urlFor('brief')),
    close: () => stub.close(),
  };
}

async function holdOne(arm: TurnLogic, each: V2vCase, llmUrl: string): Promise<Figures> {
  const script = scriptOf(each);
  const clips = await prepareClips(script, RECORDINGS_DIR);
  const { report } = await runTalk({
    arguments: parseTalkArguments(flagsOf(arm, each, llmUrl)),
    script,
    clips,
    onProgress: () => undefined,
    page: { folder: BENCH_PAGES_DIR, path: pagePathOf(arm, each) },
  });
  return { ...toV2vFigures(report, { warmUps: WARM_UPS }) };
}

function toQuantities(each: V2vCase): Quantity[] {
  const id = nameOfCase(each);
  return armsOf(each)
    .filter((arm) => arm.startsWith('ours'))
    .flatMap((ours) => {
      const suffix = ours === 'ours' ? '' : `: ${ours}`;
      const row = (quantity: string, figure: string) => {
        const name = { quantity: `${quantity}${suffix}`, unit: 'ms' as const, case: id };
        return (theirs: TurnLogic, target: Target | null): Quantity => {
          return { ...name, figure, ours, theirs, target };
        };
      };
      const answer = row('end of speech to answer', 'answerMs');
      const sound = row('end of speech to first sound', 'soundMs');
      const overhead = row('overhead over waiting and engines', 'overheadMs');
      const against = [
        answer('sequential', { of: 'ratio', atMost: 0.35 }),
        answer('fixed timer', { of: 'ratio', atMost: 0.5 }),
        sound('sequential', null),
      ];
      const isStub = each.engines === 'stub';
      return isStub ? [...against, overhead('sequential', { of: 'ours', atMost: 60 })] : against;
    });
}

/** What bridges the wait for an answer that is late. */
function toAcknowledgements(each: V2vCase): Quantity[] {
  const of = { case: nameOfCase(each), ours: 'ours', theirs: null };
  return [
    {
      ...{ ...of, quantity: 'end of speech to acknowledgement', unit: 'ms' },
      ...{ figure: 'acknowledgementMs', target: { of: 'ours', atMost: 400 } },
    },
    {
      ...{ ...of, quantity: 'turns with an acknowledgement', unit: 'share' },
      ...{ figure: 'acknowledgedShare', target: { of: 'ours', atMost: 0.3, quantile: 1 } },
    },
    { ...of, quantity: 'end of speech to answer', unit: 'ms', figure: 'answerMs', target: null },
  ];
}
