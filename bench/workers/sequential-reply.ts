// One reply of the sequential arm: the model's text by sentence, each to the voice when it is complete. Worker.
import type { UnstampedEvent } from '../../src/agent/events.ts';
import type { ResolvedOptions } from '../../src/agent/options.ts';
import { waitForPlayout } from '../../src/agent/playout-wait.ts';
import { systemClock } from '../../src/core/clock.ts';
import type { AudioOutput } from '../../src/core/contracts/audio-io.ts';
import type { LlmEngine, LlmMessage } from '../../src/core/contracts/language-model.ts';
import type { TtsEngine } from '../../src/core/contracts/text-to-speech.ts';
import { SentenceSplitter } from '../../src/text/sentence-splitter.ts';

export interface SequentialReplyOptions {
  readonly llm: LlmEngine;
  /** Chunks come at the output's rate. */
  readonly tts: TtsEngine;
  readonly output: AudioOutput;
  readonly turnId: string;
  readonly generation: number;
  readonly options: ResolvedOptions;
  readonly messages: readonly LlmMessage[];
  readonly signal: AbortSignal;
  readonly emit: (event: UnstampedEvent) => void;
}

export class SequentialReply {
  readonly #options: SequentialReplyOptions;
  /** The voice says one sentence after the other while the model writes on. */
  #speaking: Promise<void> = Promise.resolve();
  #samples = 0;
  #playedSamples = 0;

  constructor(options: SequentialReplyOptions) {
    this.#options = options;
  }

  /** Resolves with the text when its last sample was played; rejects with what broke. */
  async run(): Promise<string> {
    const { output, turnId, generation, signal, emit } = this.#options;
    const stamp = { turnId, generation, kind: 'answer' } as const;
    emit({ type: 'reply-start', ...stamp });
    output.startGeneration(generation);
    const detach = output.onCursor((cursor) => {
      if (cursor.generation !== generation || cursor.playedSamples === 0) return;
      const isFirst = this.#playedSamples === 0;
      this.#playedSamples = cursor.playedSamples;
      const startSamples = cursor.contextSamples - cursor.playedSamples;
      const contextMs = (startSamples * 1_000) / output.sampleRateHz;
      if (isFirst) emit({ type: 'reply-audio-start', ...stamp, contextMs, isCached: false });
    });
    const text = await this.#write();
    await this.#speaking;
    output.endGeneration();
    const [totalSamples, playedSamples] = [this.#samples, this.#playedSamples];
    if (totalSamples > 0) {
      const wait = { generation, totalSamples, playedSamples, clock: systemClock, signal };
      await waitForPlayout(output, wait);
    }
    detach();
    const heard = { generatedText: text, heardText: text, isInterrupted: false };
    emit({ type: 'reply-end', ...stamp, ...heard });
    return text;
  }

  async #write(): Promise<string> {
    const { llm, messages, options, signal } = this.#options;
    const { maxTokens, temperature, seed } = options.reply;
    const splitter = new SentenceSplitter({ strategy: 'sentence', clausePieces: 0 });
    let text = '';
    for await (const part of llm.generate({ messages, maxTokens, temperature, seed, signal })) {
      if (part.type !== 'text-delta') continue;
      text += part.text;
      for (const piece of splitter.push(part.text)) this.#queue(piece.text);
    }
    for (const piece of splitter.flush()) this.#queue(piece.text);
    return text;
  }

  #queue(sentence: string): void {
    this.#speaking = this.#speaking.then(() => this.#speak(sentence));
    // Its failure is told when it is waited for.
    this.#speaking.catch(() => undefined);
  }

  async #speak(text: string): Promise<void> {
    const { tts, output, options, signal } = this.#options;
    const { id: voice, speed } = options.voice;
    for await (const { pcm } of tts.synthesize({ text, voice, speed, signal })) {
      this.#samples += pcm.length;
      await output.write(pcm, { signal });
    }
  }
}
