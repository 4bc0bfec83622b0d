// The turn machine against everything that can happen to it: random sequences of sound, words, answers,
// buttons and replies, checked step by step against the rules of the floor.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { TurnMachineOptions } from '../../../src/turn/turn-machine.ts';
import { TurnMachine } from '../../../src/turn/turn-machine.ts';
import type { TurnEffect, TurnInput } from '../../../src/turn/turn-protocol.ts';
import { MACHINE_OPTIONS, WINDOW_MS } from './turn-rig.ts';

type Step =
  | { do: 'hear'; probability: number; windows: number; echo: 'clear' | 'suspect' | 'echo' }
  | { do: 'words'; text: string; isFinal: boolean; isSettled: boolean }
  | { do: 'judged'; text: string; probability: number }
  | { do: 'answer'; probability: number }
  | { do: 'button'; isPressed: boolean }
  | { do: 'commit' | 'mute' | 'interrupt' | 'audible' | 'end' }
  | { do: 'reply'; isInterruptible: boolean }
  | { do: 'mode'; mode: TurnMachineOptions['mode'] };

const MODES = ['automatic', 'push-to-talk', 'wake-phrase', 'manual'] as const;
const TEXTS = [
  '',
  'stop',
  'no',
  'uh-huh',
  'okay',
  'hey parley what is it',
  'one',
  'two words',
  'and',
];

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant('hear' as const),
      probability: fc.constantFrom(0.05, 0.4, 0.95),
      windows: fc.integer({ min: 1, max: 12 }),
      echo: fc.constantFrom('clear' as const, 'suspect' as const, 'echo' as const),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('words' as const),
      text: fc.constantFrom(...TEXTS),
      isFinal: fc.boolean(),
      isSettled: fc.boolean(),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('judged' as const),
      text: fc.constantFrom(...TEXTS),
      probability: fc.constantFrom(0.001, 0.05, 0.6),
    }),
  },
  fc.record({
    do: fc.constant('answer' as const),
    probability: fc.constantFrom(0.02, 0.6, 0.97),
  }),
  fc.record({ do: fc.constant('button' as const), isPressed: fc.boolean() }),
  fc.constantFrom<Step[]>({ do: 'commit' }, { do: 'mute' }, { do: 'interrupt' }),
  { weight: 2, arbitrary: fc.constantFrom<Step[]>({ do: 'audible' }, { do: 'end' }) },
  fc.record({ do: fc.constant('reply' as const), isInterruptible: fc.boolean() }),
  fc.record({ do: fc.constant('mode' as const), mode: fc.constantFrom(...MODES) }),
);

/** What the rules say of the floor, kept beside the machine. */
class World {
  readonly machine: TurnMachine;
  #options: TurnMachineOptions;
  #nowMs = 0;
  #generation = 0;
  /** The reply that has the floor, and what its player was told. */
  floor: { generation: number; isInterruptible: boolean; gate: string } | null = null;
  open: string | null = null;
  #hasAttempt = false;
  #ask: { turnId: string; askId: number } | null = null;
  #flushed = new Set<number>();

  constructor(mode: TurnMachineOptions['mode']) {
    const words = { wakePhrase: 'hey parley', maxTurnMs: 5_000 };
    this.#options = { ...MACHINE_OPTIONS, ...words, mode, isModelAsked: true };
    this.machine = new TurnMachine(this.#options);
  }

  take(move: Step): void {
    switch (move.do) {
      case 'hear':
        for (let count = 0; count < move.windows; count += 1) this.#hear(move);
        return;
      case 'words': {
        const { text, isFinal, isSettled } = move;
        const stableText = isFinal || isSettled ? text : '';
        return this.#do({ type: 'words', turnId: this.open ?? 't0', text, stableText, isFinal });
      }
      case 'judged': {
        const { text, probability } = move;
        return this.#do({ type: 'words-end', turnId: this.open ?? 't0', text, probability });
      }
      case 'answer':
        if (this.#ask !== null)
          this.#do({ type: 'completion', ...this.#ask, probability: move.probability });
        return;
      case 'button':
        return this.#do({ type: 'push-to-talk', isPressed: move.isPressed });
      case 'commit':
      case 'mute':
      case 'interrupt':
        return this.#do({ type: move.do });
      case 'audible':
        return this.#do({ type: 'reply-audible', generation: this.#generation });
      case 'end': {
        // A player that is held plays nothing, so nothing ends.
        if (this.floor?.gate === 'held') return;
        const generation = this.#generation;
        if (this.floor?.generation === generation) this.floor = null;
        return this.#do({ type: 'reply-end', generation });
      }
      case 'reply':
        return this.#reply(move.isInterruptible);
      case 'mode':
        this.#do({ type: 'mute' });
        this.#options = { ...this.#options, mode: move.mode };
        return this.machine.setOptions(this.#options);
    }
  }

  #hear(move: Extract<Step, { do: 'hear' }>): void {
    const startMs = this.#nowMs;
    this.#nowMs += WINDOW_MS;
    const { probability, echo } = move;
    this.#do({ type: 'window', window: { probability, startMs, endMs: this.#nowMs, echo } });
  }

  #reply(isInterruptible: boolean): void {
    this.#generation += 1;
    const generation = this.#generation;
    this.#perform({ type: 'reply-start', generation, isInterruptible });
    if (this.floor !== null) throw new Error('two replies have the floor');
    this.floor = { generation, isInterruptible, gate: 'open' };
  }

  #perform(input: TurnInput): void {
    for (const effect of this.machine.handle(input)) this.#check(effect, input.type);
  }

  #do(input: TurnInput): void {
    this.#perform(input);
    const expected = this.floor === null ? 'idle' : 'busy';
    if ((this.machine.agent === 'idle' ? 'idle' : 'busy') !== expected)
      throw new Error(`the agent is ${this.machine.agent}, the floor ${expected}`);
  }

  #check(effect: TurnEffect, cause: TurnInput['type']): void {
    switch (effect.type) {
      case 'turn-open':
        if (this.open !== null) throw new Error('a turn was open already');
        this.open = effect.turnId;
        this.#hasAttempt = false;
        return;
      case 'gate':
      case 'cut':
        return this.#checkFloor(effect, cause);
      case 'draft-start':
      case 'attempt-start':
      case 'attempt-drop':
      case 'completion-ask':
      case 'turn-commit':
      case 'turn-drop':
        if (effect.turnId !== this.open) throw new Error(`${effect.type} of a turn not open`);
        return this.#checkTurn(effect);
    }
  }

  #checkTurn(effect: Exclude<TurnEffect, { type: 'turn-open' | 'gate' | 'cut' }>): void {
    if (effect.type === 'attempt-start' || effect.type === 'attempt-drop') {
      const starts = effect.type === 'attempt-start';
      if (this.#hasAttempt === starts) throw new Error(`unpaired ${effect.type}`);
      this.#hasAttempt = starts;
    } else if (effect.type === 'draft-start') {
      if (this.floor !== null) throw new Error('answered ahead while the agent has the floor');
      if (this.#hasAttempt) throw new Error('answered ahead of a transcript that is on its way');
    } else if (effect.type === 'completion-ask') {
      this.#ask = { turnId: effect.turnId, askId: effect.askId };
    } else {
      if (effect.type === 'turn-commit' && this.floor !== null)
        throw new Error('committed while the agent has the floor');
      this.open = null;
      this.#ask = null;
    }
  }

  #checkFloor(effect: Extract<TurnEffect, { type: 'gate' | 'cut' }>, cause: string): void {
    if (this.#flushed.has(effect.generation)) throw new Error('speech of a flushed generation');
    if (this.floor?.generation !== effect.generation) throw new Error('not on the floor');
    if (effect.type === 'gate') {
      if (!this.floor.isInterruptible && effect.gate !== 'open')
        throw new Error('an uninterruptible reply was silenced by speech');
      this.floor.gate = effect.gate;
      return;
    }
    const bySpeech = effect.by === 'speech' && (cause === 'window' || cause === 'words');
    if (bySpeech && !this.floor.isInterruptible)
      throw new Error('an uninterruptible reply was cut by speech');
    this.#flushed.add(effect.generation);
    this.floor = null;
  }

  /** After silence and everybody's answers nothing may hang. */
  settle(): void {
    const { mode } = this.#options;
    if (mode === 'push-to-talk') this.take({ do: 'button', isPressed: false });
    const silence = { do: 'hear', probability: 0, windows: 100, echo: 'clear' } as const;
    this.take(silence);
    if (this.floor !== null && this.floor.gate !== 'open')
      throw new Error(`stuck: the agent is ${this.floor.gate} in silence`);
    if (this.floor !== null) this.take({ do: 'end' });
    this.take(silence);
    if (mode !== 'manual' && this.open !== null) throw new Error('stuck: a turn is open');
  }
}

test('50,000 sequences of up to 60 steps: one floor holder, nothing of a flushed reply, nothing stuck', () => {
  let steps = 0;
  fc.assert(
    fc.property(
      fc.constantFrom(...MODES),
      fc.array(step, { maxLength: 60, size: 'max' }),
      (mode, moves) => {
        const world = new World(mode);
        for (const move of moves) world.take(move);
        world.settle();
        steps += moves.length;
      },
    ),
    { numRuns: 50_000 },
  );
  expect(steps).toBeGreaterThan(500_000);
}, 300_000);
