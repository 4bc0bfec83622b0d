// The language model: its first token from the second turn on, beside the same engine with its cache reset, and beside
// llama.cpp on the same weights. Node.
import { FULL_ROUNDS, QUICK_ROUNDS } from '../measure/bench.ts';
import type { Bench, BenchCase, CaseSession, Quantity } from '../measure/bench.ts';
import { ensureBenchPages, openBenchPage } from '../measure/bench-page.ts';
import type { MindArm, MindBench, ReplyEnd } from '../pages/mind/main.ts';

declare const mindBench: MindBench;

/** The product's own instructions are of this length. */
const INSTRUCTIONS =
  'You are a helpful voice assistant. Answer in one or two short spoken sentences, without lists or markup.';

const TURNS = [
  ['What is the capital of France?', 'And how many people live there?'],
  ['Please tell me a story about a dog.', 'What was the name of the dog?'],
  ['When does the sun rise in summer?', 'Is it the same in the winter months?'],
  ['How do I bake bread?', 'How long does that take in the oven?'],
  ['Who wrote Romeo and Juliet?', 'When was that play first performed?'],
] as const;

const ENDS: Readonly<Record<ReplyEnd, string>> = {
  whole: 'second turn',
  cut: 'after a barge-in',
  'cut now': 'with the barge-in itself',
};
const PAGES = [
  { name: 'isolated page', isIsolated: true, threads: 2 },
  { name: 'plain page', isIsolated: false, threads: 1 },
] as const;

type MindCase = { readonly end: ReplyEnd; readonly page: (typeof PAGES)[number] };

const CASES: readonly MindCase[] = PAGES.flatMap((page) =>
  (Object.keys(ENDS) as ReplyEnd[]).map((end) => ({ page, end })),
);
const idOf = ({ end, page }: MindCase): string => `${ENDS[end]}, ${page.name}`;

/** When the question itself cuts the reply, nothing can be read ahead. */
const ARMS: Readonly<Record<ReplyEnd, readonly MindArm[]>> = {
  whole: ['read ahead', 'kept', 'reset', 'llama.cpp'],
  cut: ['read ahead', 'kept', 'reset'],
  'cut now': ['kept', 'reset'],
};
const armsOf = ({ end }: MindCase): readonly MindArm[] => ARMS[end];

export function createLlmBench(): Bench {
  return {
    name: 'llm',
    setUp: ensureBenchPages,
    cases: CASES.map(toCase),
    quantities: CASES.flatMap(toQuantities),
    notes: [
      '"read ahead" is the best case of the product: all words of the question but the last were heard rightly and have been read, history included, when it is asked. Partial transcripts come every 250 ms and may be wrong at their end, so a conversation (`v2v`) has more left to read. "kept" only keeps what the model has read; "reset" had another conversation in between. SmolLM2 135M, temperature 0.',
      'llama.cpp (wllama 3) has the same weights, as many threads, and reads ahead, too.',
    ],
  };
}

function toCase(each: MindCase): BenchCase {
  return {
    id: idOf(each),
    arms: armsOf(each),
    rounds: { full: FULL_ROUNDS, quick: QUICK_ROUNDS },
    open: () => openCase(each),
  };
}

async function openCase({ end, page: { isIsolated, threads } }: MindCase): Promise<CaseSession> {
  const { page, close } = await openBenchPage('mind', { isIsolated });
  try {
    const isCompared = ARMS[end].includes('llama.cpp');
    await page.evaluate((options) => mindBench.load(options), { threads, isCompared });
  } catch (error) {
    await close();
    throw error;
  }
  return {
    measure: async (arm, round) => {
      const [before, question] = TURNS[round % TURNS.length] ?? TURNS[0];
      const turn = { instructions: INSTRUCTIONS, before, question };
      const request = { turn, end, arm: arm as MindArm };
      const { firstTokenMs, tokenMs } = await page.evaluate(
        (each) => mindBench.answer(each.turn, each.end, each.arm),
        request,
      );
      // A reply that is cut off has too few.
      return end === 'whole' ? { firstTokenMs, tokenMs } : { firstTokenMs };
    },
    close,
  };
}

function toQuantities(each: MindCase): Quantity[] {
  const arms = armsOf(each);
  const ours = arms[0] ?? 'kept';
  const row = { unit: 'ms', case: idOf(each), ours, target: null } as const;
  const firstTokens = arms.slice(1).map((theirs): Quantity => {
    return { ...row, quantity: `first token, ${ours}`, figure: 'firstTokenMs', theirs };
  });
  if (each.end !== 'whole') return firstTokens;
  return [...firstTokens, { ...row, quantity: 'a token', figure: 'tokenMs', theirs: 'llama.cpp' }];
}
