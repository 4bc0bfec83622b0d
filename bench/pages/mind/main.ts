// The language model in the product's think worker, with what it remembers kept or lost before a question, and the same
// weights on llama.cpp. Main thread.
import { systemClock } from '../../../src/core/clock.ts';
import type { LlmEngine, LlmMessage } from '../../../src/core/contracts/language-model.ts';
import type { ThinkConfig } from '../../../src/engines/worker-configs.ts';
import { WorkerLlm } from '../../../src/engines/worker-llm.ts';
import { LlamaEngine } from '../../../workers/engines/llama-engine.ts';
import { createWllamaRuntime } from '../../../workers/runtimes/wllama-runtime.ts';
import { loadStage } from '../product-engines.ts';

/** `read ahead`: what it has in mind is kept, and it reads while the person speaks, as in the product; `llama.cpp` does so, too. */
export type MindArm = 'read ahead' | 'kept' | 'reset' | 'llama.cpp';

/** How the reply before ended: said to its end; cut off a while ago; cut off by this very question. */
export type ReplyEnd = 'whole' | 'cut' | 'cut now';

export interface MindTurn {
  readonly instructions: string;
  readonly before: string;
  readonly question: string;
}

/** Called by the launcher. */
export interface MindBench {
  /** @param options.isCompared whether llama.cpp is loaded beside ours. */
  load(options: { threads: number; isCompared: boolean }): Promise<void>;
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
const MODEL_FILE = 'SmolLM2-135M-Instruct.Q4_1.gguf';
/** As in the product. */
const CONTEXT_TOKENS = 2_048;
const REPLY_TOKENS = 40;
/** Words of the reply before that were heard when it was cut off. */
const HEARD_WORDS = 6;
const GREEDY = { temperature: 0, seed: 42 } as const;

function createBench(): MindBench {
  let ours: LlmEngine | null = null;
  let theirs: LlmEngine | null = null;
  return {
    async load({ threads, isCompared }) {
      const own = { threads, modelId: MODEL_ID, backend: 'wasm', spareModelId: null } as const;
      const { loaded, port } = await loadStage<ThinkConfig>('llm', 'think', own);
      const llm = new WorkerLlm({ loaded, clock: systemClock });
      llm.attach(port);
      ours = llm;
      if (isCompared) theirs = await loadLlamaCpp(threads);
    },
    async answer(turn, end, arm) {
      const llm = arm === 'llama.cpp' ? theirs : ours;
      if (llm === null) throw new Error('load() comes first.');
      return measure(llm, turn, { end, arm });
    },
  };
}

/** It computes in workers of its own. */
async function loadLlamaCpp(threads: number): Promise<LlmEngine> {
  const response = await fetch(`/models/${MODEL_ID}/${MODEL_FILE}`);
  if (!response.ok) throw new Error(`${MODEL_FILE}: HTTP ${response.status}`);
  const { signal } = new AbortController();
  const options = { modelId: MODEL_ID, threads, contextTokens: CONTEXT_TOKENS, signal };
  return new LlamaEngine(await createWllamaRuntime([await response.blob()], options));
}

async function measure(
  llm: LlmEngine,
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
  else if (arm !== 'kept' && end !== 'cut now') {
    const { signal } = new AbortController();
    const heard = question.split(' ').slice(0, -1).join(' ');
    await llm.prefill?.({ messages: [...history, { role: 'user', content: heard }], signal });
  }
  const { firstTokenMs } = await answer(llm, asked, 1);
  return { firstTokenMs, tokenMs: reply.tokenMs };
}

/** Stops after so many words, as a person who interrupts would. */
async function answer(
  llm: LlmEngine,
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
async function forget(llm: LlmEngine): Promise<void> {
  await answer(llm, [{ role: 'user', content: 'Name a colour.' }], 1);
}

Object.assign(globalThis, { mindBench: createBench() });
