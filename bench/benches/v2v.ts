// Voice to voice: from the last sample of a question to the first of its answer, by the recording. Node.
import path from 'node:path';
import { RECORDINGS_DIR } from '../../scripts/lib/paths.mjs';
import { parseTalkArguments } from '../../talk/arguments.ts';
import { prepareClips } from '../../talk/prepare-clips.ts';
import { runTalk } from '../../talk/run-talk.ts';
import type { TalkScript } from '../../talk/script.ts';
import type { Bench, BenchCase, CaseSession, Figures } from '../measure/bench.ts';
import { BENCH_PAGES_DIR, ensureBenchPages } from '../measure/bench-page.ts';
import { startStubLlm } from '../turns/stub-llm.ts';
import { STUB_MS } from '../workers/stub-times.ts';
import { armsOf, firstTokenMsOf, flagsOf, nameOfCase, pagePathOf, V2V_CASES } from './v2v-arms.ts';
import type { EngineKind, TurnLogic, V2vCase } from './v2v-arms.ts';
import { toV2vFigures } from './v2v-figures.ts';
import { questionFile, speakQuestions } from './v2v-questions.ts';
import { toV2vRows } from './v2v-rows.ts';

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
/** Of four acknowledgements each, if all are given: as many as a median needs, and some to spare. */
const SLOW_ROUNDS = { full: 10, quick: 1 };
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
  if (engines !== 'slow') return [...QUESTIONS, READ];
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
    quantities: V2V_CASES.flatMap(toV2vRows),
    notes: [
      'Each sample is a question of a conversation of six, five of them spoken by voices of Kokoro and one read by a person; the first warms up and is not counted. Loudness over -40 dBFS in 10 ms counts as sound, on a recording of both sides.',
      '"sequential": half-duplex, 400 ms of silence, the whole utterance to the recogniser, then the language model by sentence, then the voice. "fixed timer": our threads with 800 ms of silence and nothing begun ahead. Same engines, prompt, seed, temperature 0 and 40 tokens in all arms.',
      'With an endpoint our default begins no answers ahead, since it may be paid by the call; "ours, speculating" does.',
      `Stub engines: recogniser ${STUB_MS.stt} ms, end of turn ${STUB_MS.endOfTurn} ms, language model ${STUB_MS.llm} ms, voice ${STUB_MS.tts} ms; voice detection is real. Overhead is what the answer takes beyond the decision, or beyond those delays from the moment work could begin.`,
      `Where the endpoint takes 1,500 ms, each conversation has ${SLOW_QUESTIONS} questions, the warming one counted among the turns that may be acknowledged: that is what the agent goes by.`,
      'Processor time is that of all processes of the browser, from a question to the next: speech, answer, 1.5 s of rest and the recording included. Only ours begins answers ahead; what is dropped was begun for words that changed, or for a person who went on.',
    ],
  };
}

function toCase(each: V2vCase): BenchCase {
  return {
    id: nameOfCase(each),
    arms: armsOf(each),
    rounds: each.engines === 'slow' ? SLOW_ROUNDS : ROUNDS,
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
