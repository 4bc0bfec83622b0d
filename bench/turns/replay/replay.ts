// Clips replayed on audio time, without a browser: when the product's turn machine would have decided. Node.
import type { SttEngine } from '../../../src/core/contracts/speech-to-text.ts';
import { UserTurn } from '../../../src/agent/user-turn.ts';
import { toSaidWords } from '../../../src/text/said-words.ts';
import type { VadWindow } from '../../../src/turn/speech-segmenter.ts';
import { TurnMachine } from '../../../src/turn/turn-machine.ts';
import type { TurnMachineOptions } from '../../../src/turn/turn-machine.ts';
import type { TurnEffect, TurnInput } from '../../../src/turn/turn-protocol.ts';
import { scoreDecisions } from '../decisions.ts';
import type { Decision, DecisionScore } from '../decisions.ts';
import type { HeardClip } from './heard-clip.ts';

/** What answers take in a conversation on two cores, from the window that asked for them. */
const DELAY_MS = { probability: 55, transcript: 40, partial: 90, wordsEnd: 15 };
/** Between two partial transcripts: 13 windows. */
const PARTIAL_EVERY_MS = 416;
/** From a decision to the first sound of its answer. */
const AUDIBLE_AFTER_MS = 350;
/** What the end-of-turn model is given at most. */
const RECENT_SAMPLES = 16_000 * 8;
const SAMPLES_PER_MS = 16;

export interface ReplayedClip extends DecisionScore {
  readonly id: string;
  readonly pauses: number;
  /** Transcripts and answers begun in silences, and those that speech took back. */
  readonly attempts: number;
  readonly dropped: number;
  /** Answers begun while the person spoke, and those that other words took back. */
  readonly drafts: number;
  readonly draftsDropped: number;
  /** From the last sample of speech to the beginning of the answer that stood at the decision, or to the decision without one. */
  readonly begunMs: number | null;
}

/** What models make of 16 kHz samples. */
export interface ReplayModels {
  /** That the person has finished, 0 to 1. */
  probability(pcm: Float32Array): Promise<number>;
  transcript(pcm: Float32Array): Promise<string>;
  /** That these words are all of a sentence, 0 to 1; null where no language model is asked. */
  wordsEnd(text: string): Promise<number | null>;
}

interface Due {
  readonly atMs: number;
  readonly input: TurnInput;
}

interface OpenTurn {
  readonly id: string;
  readonly fromMs: number;
  readonly audio: UserTurn;
  attemptAtMs: number | null;
  partialAtMs: number;
  /** Words that were judged last, and those that an answer was begun to. */
  judged: string;
  draft: { readonly words: string; readonly atMs: number } | null;
}

/** Hears clips of one conversation in turn: what a machine learns from one holds for the next. */
export class Replay {
  readonly #machine: TurnMachine;
  readonly #models: ReplayModels;
  #clip: HeardClip | null = null;
  #turn: OpenTurn | null = null;
  #due: Due[] = [];
  #nowMs = 0;
  #generation = 0;
  #decisions: (Decision & { readonly begunMs: number })[] = [];
  #counts = createCounts();

  constructor(options: TurnMachineOptions, models: ReplayModels) {
    this.#machine = new TurnMachine(options);
    this.#models = models;
  }

  async hear(clip: HeardClip): Promise<ReplayedClip> {
    this.#clip = clip;
    this.#decisions = [];
    this.#counts = createCounts();
    for (const window of clip.windows) {
      await this.#deliver(window.endMs);
      await this.#handleWindow(window, clip);
    }
    this.#machine.handle({ type: 'mute' });
    this.#machine.handle({ type: 'interrupt' });
    this.#turn = null;
    this.#due = [];
    const score = scoreDecisions(this.#decisions, clip.endMs);
    const last = this.#decisions.find(({ basedOnMs }) => basedOnMs >= clip.endMs);
    const begunMs = last === undefined ? null : last.begunMs - clip.endMs;
    return { id: clip.id, pauses: clip.pauses, ...score, ...this.#counts, begunMs };
  }

  /** What was asked for and is answered by then. */
  async #deliver(untilMs: number): Promise<void> {
    for (;;) {
      const ready = this.#due.filter(({ atMs }) => atMs <= untilMs);
      const [next] = ready.sort((left, right) => left.atMs - right.atMs);
      if (next === undefined) return;
      this.#due = this.#due.filter((due) => due !== next);
      await this.#handle(next.input, next.atMs);
    }
  }

  async #handleWindow(window: VadWindow, clip: HeardClip): Promise<void> {
    this.#nowMs = window.endMs;
    const pcm = cut(clip, window.startMs, window.endMs);
    this.#turn?.audio.push(pcm, this.#machine.isPause);
    await this.#handle({ type: 'window', window }, window.endMs);
    const turn = this.#turn;
    if (turn === null || this.#machine.isPause || this.#nowMs < turn.partialAtMs) return;
    turn.partialAtMs = this.#nowMs + PARTIAL_EVERY_MS;
    await this.#transcribe(turn, { isFinal: false, atMs: this.#nowMs + DELAY_MS.partial });
  }

  async #handle(input: TurnInput, atMs: number): Promise<void> {
    if (input.type === 'words') this.#checkDraft(wordsOf(input.text));
    for (const effect of this.#machine.handle(input)) await this.#perform(effect, atMs);
  }

  async #perform(effect: TurnEffect, atMs: number): Promise<void> {
    switch (effect.type) {
      case 'turn-open':
        return this.#open(effect.turnId, effect.fromMs);
      case 'turn-drop':
        this.#turn = null;
        return;
      case 'attempt-start':
        return this.#startAttempt(atMs);
      case 'attempt-drop':
        this.#counts.dropped += 1;
        if (this.#turn !== null) this.#turn.attemptAtMs = null;
        this.#checkDraft(null);
        this.#due = this.#due.filter(
          ({ input }) => input.type !== 'words-end' && (input.type !== 'words' || !input.isFinal),
        );
        return;
      case 'draft-start':
        return this.#startDraft(effect.text, atMs);
      case 'completion-ask':
        return this.#ask(effect.askId, atMs);
      case 'turn-commit':
        return this.#commit(effect.decisionMs, atMs);
      case 'gate':
      case 'cut':
        return;
    }
  }

  #open(id: string, fromMs: number): void {
    // Whoever goes on speaking takes the floor back, before the answer sounds or soon after.
    this.#machine.handle({ type: 'interrupt' });
    const audio = new UserTurn({
      ...{ id, stt: NO_STT, language: 'en', hints: [] },
      ...{ signal: new AbortController().signal, onPartial: () => undefined },
    });
    if (this.#clip !== null) audio.push(cut(this.#clip, fromMs, this.#nowMs));
    const partialAtMs = this.#nowMs + PARTIAL_EVERY_MS;
    this.#turn = { id, fromMs, audio, attemptAtMs: null, partialAtMs, judged: '', draft: null };
    this.#due = [];
  }

  #startDraft(text: string, atMs: number): void {
    const turn = this.#turn;
    if (turn === null || turn.draft !== null) return;
    this.#counts.drafts += 1;
    turn.draft = { words: wordsOf(text), atMs };
  }

  /** An answer to other words is worth nothing. */
  #checkDraft(words: string | null): void {
    const draft = this.#turn?.draft ?? null;
    if (this.#turn === null || draft === null || draft.words === words) return;
    this.#counts.draftsDropped += 1;
    this.#turn.draft = null;
  }

  async #startAttempt(atMs: number): Promise<void> {
    const turn = this.#turn;
    if (turn === null) return;
    this.#counts.attempts += 1;
    turn.attemptAtMs = atMs;
    await this.#transcribe(turn, { isFinal: true, atMs: atMs + DELAY_MS.transcript });
  }

  async #transcribe(
    turn: OpenTurn,
    { isFinal, atMs }: { isFinal: boolean; atMs: number },
  ): Promise<void> {
    if (this.#clip === null) return;
    const { id: turnId, fromMs } = turn;
    const text = await this.#models.transcript(cut(this.#clip, fromMs, this.#nowMs));
    const input = {
      type: 'words',
      turnId,
      text,
      stableText: isFinal ? text : '',
      isFinal,
    } as const;
    this.#due.push({ atMs, input });
    if (wordsOf(text) === turn.judged) return;
    turn.judged = wordsOf(text);
    const probability = await this.#models.wordsEnd(text);
    if (probability === null) return;
    const judged = { type: 'words-end', turnId, text, probability } as const;
    this.#due.push({ atMs: atMs + DELAY_MS.wordsEnd, input: judged });
  }

  async #ask(askId: number, atMs: number): Promise<void> {
    const turn = this.#turn;
    if (turn === null) return;
    const probability = await this.#models.probability(turn.audio.recentAudio(RECENT_SAMPLES));
    const input = { type: 'completion', turnId: turn.id, askId, probability } as const;
    this.#due.push({ atMs: atMs + DELAY_MS.probability, input });
  }

  #commit(basedOnMs: number, takenMs: number): void {
    const begunMs = this.#turn?.draft?.atMs ?? this.#turn?.attemptAtMs ?? takenMs;
    this.#decisions.push({ basedOnMs, takenMs, begunMs });
    this.#turn = null;
    this.#generation += 1;
    const generation = this.#generation;
    this.#machine.handle({ type: 'reply-start', generation, isInterruptible: true });
    const atMs = takenMs + AUDIBLE_AFTER_MS;
    this.#due = [{ atMs, input: { type: 'reply-audible', generation } }];
  }
}

function createCounts(): Record<'attempts' | 'dropped' | 'drafts' | 'draftsDropped', number> {
  return { attempts: 0, dropped: 0, drafts: 0, draftsDropped: 0 };
}

function wordsOf(text: string): string {
  return toSaidWords(text, 'en');
}

function cut({ pcm }: HeardClip, fromMs: number, toMs: number): Float32Array {
  return pcm.slice(Math.max(0, fromMs * SAMPLES_PER_MS), toMs * SAMPLES_PER_MS);
}

/** The turn only keeps its audio; words come from {@link ReplayModels}. */
const NO_STT = {
  info: { backend: 'js' },
  open: () => ({ push: () => undefined, close: () => undefined }),
} as unknown as SttEngine;
