// A turn machine fed with windows of sound and told what it needs to know; keeps what it does, and when.
import { turnWordsOf } from '../../../src/text/turn-words.ts';
import type { EchoVerdict } from '../../../src/turn/echo-guard.ts';
import { TurnMachine } from '../../../src/turn/turn-machine.ts';
import type { TurnMachineOptions } from '../../../src/turn/turn-machine.ts';
import type { TurnEffect, TurnInput } from '../../../src/turn/turn-protocol.ts';

export const WINDOW_MS = 32;

export const MACHINE_OPTIONS: TurnMachineOptions = {
  mode: 'automatic',
  enterThreshold: 0.5,
  exitThreshold: 0.35,
  isModelAsked: false,
  minSilenceMs: 500,
  eagerSilenceMs: 128,
  completeSilenceMs: 128,
  completeProbability: 0.8,
  probableSilenceMs: 200,
  probableProbability: 0.5,
  minPauseMs: 300,
  maxPauseMs: 2_500,
  maxSilenceMs: 3_000,
  minSpeechMs: 250,
  preRollMs: 500,
  maxTurnMs: 60_000,
  duckThreshold: 0.15,
  holdThreshold: 0.3,
  duckAfterMs: 32,
  holdAfterMs: 64,
  cutAfterVoiceMs: 300,
  cutAfterWords: 2,
  resumeAfterMs: 2_000,
  words: turnWordsOf('en'),
  language: 'en',
  wakePhrase: null,
  wakeWindowMs: 8_000,
};

export class TurnRig {
  readonly machine: TurnMachine;
  readonly log: [number, TurnEffect][] = [];
  nowMs = 0;

  constructor(options: Partial<TurnMachineOptions> = {}) {
    this.machine = new TurnMachine({ ...MACHINE_OPTIONS, ...options });
  }

  /** A reply that is being played. */
  static speaking(options: Partial<TurnMachineOptions> = {}, isInterruptible = true): TurnRig {
    return new TurnRig(options)
      .do({ type: 'reply-start', generation: 7, isInterruptible })
      .do({ type: 'reply-audible', generation: 7 });
  }

  hear(
    probability: number,
    windows: number,
    { echo = 'clear', levelDb }: { echo?: EchoVerdict; levelDb?: number } = {},
  ): this {
    for (let count = 0; count < windows; count += 1) {
      const span = { startMs: this.nowMs, endMs: this.nowMs + WINDOW_MS };
      const window = { probability, ...span, echo, ...(levelDb === undefined ? {} : { levelDb }) };
      this.nowMs = window.endMs;
      this.#keep(this.machine.handle({ type: 'window', window }));
    }
    return this;
  }

  do(input: TurnInput): this {
    this.#keep(this.machine.handle(input));
    return this;
  }

  /** @param stableText what of a partial no later one takes back. */
  words(text: string, isFinal = false, stableText = text): this {
    return this.do({ type: 'words', turnId: this.openTurn ?? 'none', text, stableText, isFinal });
  }

  /** Answers the latest question to the end-of-turn model. */
  answer(probability: number): this {
    const asked = this.log.findLast(([, effect]) => effect.type === 'completion-ask')?.[1];
    if (asked?.type !== 'completion-ask') throw new Error('nothing was asked');
    const { turnId, askId } = asked;
    return this.do({ type: 'completion', turnId, askId, probability });
  }

  get openTurn(): string | null {
    let open: string | null = null;
    for (const [, effect] of this.log) {
      if (effect.type === 'turn-open') open = effect.turnId;
      else if (effect.type === 'turn-commit' || effect.type === 'turn-drop') open = null;
    }
    return open;
  }

  /** `window end type`, with the gate or the reason where there is one. */
  get types(): string[] {
    return this.log.map(([atMs, effect]) => {
      const detail =
        effect.type === 'gate' ? ` ${effect.gate}` : 'reason' in effect ? ` ${effect.reason}` : '';
      return `${atMs} ${effect.type}${detail}`;
    });
  }

  #keep(effects: readonly TurnEffect[]): void {
    for (const effect of effects) this.log.push([this.nowMs, effect]);
  }
}
