// The language model in the product's think worker, with what it remembers kept or lost before a question. Main thread.
import { systemClock } from '../../../src/core/clock.ts';
import type { LlmMessage } from '../../../src/core/contracts/language-model.ts';
import type { ThinkConfig } from '../../../src/engines/worker-configs.ts';
import { WorkerLlm } from '../../../src/engines/worker-llm.ts';
import { loadStage } from '../product-engines.ts';

/** `read ahead`: what it has in mind is kept, and it reads while the person speaks, as in the product. */
export type MindArm = 'read ahead' | 'kept' | 'reset';

/** How the reply before ended: said to its end; cut off a while ago; cut off by this very question. */
export type ReplyEnd = 'whole' | 'cut' | 'cut now';

export interface MindTurn {
  readonly instructions: string;
  readonly before: string;
  readonly question: string;
}

/** Called by the launcher. */
export interface MindBench {
  load(options: { threads: number }): Promise<void>;
  /** The answer to `question`, in a conversation that began with `before`. */
  answer(turn: MindTurn, end: ReplyEnd, arm: MindArm): Promise<MindFigures>;
}

export interface MindFigures {
  /** Of the answer; null when there was none. */
  readonly firstTokenMs: number | null;
  /** From one token to the next, in the reply before; null when it had not two. */
  readonly tokenMs: number | null;
}

const MODEL_ID = 'smollm2-135m-instruct';
const REPLY_TOKENS = 40;
/** Words of the reply before that were heard when it was cut off. */
const HEARD_WORDS = 6;
const GREEDY = { temperature: 0, seed: 42 } as const;

function createBench(): MindBench {
  let llm: WorkerLlm | null = null;
  return {
    async load({ threads }) {
      const own = { threads, modelId: MODEL_ID, backend: 'wasm', spareModelId: null } as const;
      const { loaded, port } = await loadStage<ThinkConfig>('llm', 'think', own);
      llm = new WorkerLlm({ loaded, clock: systemClock });
      llm.attach(port);
    },
    async answer(turn, end, arm) {
      if (llm === null) throw new Error('load() comes first.');
      return measure(llm, turn, { end, arm });
    },
  };
}

async function measure(
  llm: WorkerLlm,
  { instructions, before, question }: MindTurn,
  { end, arm }: { end: ReplyEnd; arm: MindArm },
): Promise<MindFigures> {
  const history: LlmMessage[] = [
    { role: 'system', content: instructions },
    { role: 'user', content: before },
  ];
  const isCut = end !== 'whole';
  const reply = await answer(llm, history, isCut ? HEARD_WORDS : Infinity);
  const content = isCut ? `${reply.text} [interrupted]` : reply.text;
  history.push({ role: 'assistant', content });
  const asked: LlmMessage[] = [...history, { role: 'user', content: question }];
  if (arm === 'reset') await forget(llm);
  else if (arm === 'read ahead' && end !== 'cut now') {
    const { signal } = new AbortController();
    const heard = question.split(' ').slice(0, -1).join(' ');
    await llm.prefill({ messages: [...history, { role: 'user', content: heard }], signal });
  }
  const { firstTokenMs } = await answer(llm, asked, 1);
  return { firstTokenMs, tokenMs: reply.tokenMs };
}

/** Stops after so many words, as a person who interrupts would. */
async function answer(
  llm: WorkerLlm,
  messages: readonly LlmMessage[],
  maxWords: number,
): Promise<MindFigures & { text: string }> {
  const controller = new AbortController();
  const { signal } = controller;
  const startMs = performance.now();
  let text = '';
  /** When each came: the model gives a piece of text for every token. */
  const tokensMs: number[] = [];
  const request = { messages, maxTokens: REPLY_TOKENS, ...GREEDY, signal };
  for await (const part of llm.generate(request)) {
    if (part.type !== 'text-delta') continue;
    tokensMs.push(performance.now() - startMs);
    text += part.text;
    if (text.trim().split(/\s+/u).length >= maxWords) break;
  }
  controller.abort();
  const [firstTokenMs = null] = tokensMs;
  const spanMs = (tokensMs.at(-1) ?? 0) - (firstTokenMs ?? 0);
  const tokenMs = tokensMs.length < 2 ? null : spanMs / (tokensMs.length - 1);
  return { text: text.trim(), firstTokenMs, tokenMs };
}

/** Another conversation takes the place of what it had in mind. */
async function forget(llm: WorkerLlm): Promise<void> {
  await answer(llm, [{ role: 'user', content: 'Name a colour.' }], 1);
}

Object.assign(globalThis, { mindBench: createBench() });
