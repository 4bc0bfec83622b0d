import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { TurnMachine } from '../../../src/turn/turn-machine.ts';
import type { TurnEffect, TurnMachineOptions } from '../../../src/turn/turn-machine.ts';

const WINDOW_MS = 32;

const OPTIONS: TurnMachineOptions = {
  mode: 'automatic',
  enterThreshold: 0.5,
  exitThreshold: 0.35,
  minSilenceMs: 500,
  eagerSilenceMs: 128,
  minSpeechMs: 250,
  preRollMs: 500,
  maxTurnMs: 60_000,
  interruptAfterMs: 250,
};

/** Feeds windows and keeps `[window end ms, effect]` pairs. */
class Rig {
  readonly machine: TurnMachine;
  readonly log: [number, TurnEffect][] = [];
  nowMs = 0;

  constructor(options: Partial<TurnMachineOptions> = {}) {
    this.machine = new TurnMachine({ ...OPTIONS, ...options });
  }

  hear(probability: number, windows: number): this {
    for (let count = 0; count < windows; count += 1) {
      const window = { probability, startMs: this.nowMs, endMs: this.nowMs + WINDOW_MS };
      this.nowMs = window.endMs;
      this.keep(this.machine.handle({ type: 'window', window }));
    }
    return this;
  }

  do(input: Parameters<TurnMachine['handle']>[0]): this {
    this.keep(this.machine.handle(input));
    return this;
  }

  keep(effects: TurnEffect[]): void {
    for (const effect of effects) this.log.push([this.nowMs, effect]);
  }

  get types(): string[] {
    return this.log.map(([atMs, effect]) => `${atMs} ${effect.type}`);
  }
}

describe('automatic mode', () => {
  test('a sentence opens, gets an attempt, and is committed after the fixed silence', () => {
    const rig = new Rig().hear(0.1, 20).hear(0.9, 20).hear(0.1, 20);
    expect(rig.types).toEqual(['672 turn-open', '1408 attempt-start', '1792 turn-commit']);
    expect(rig.log[0]?.[1]).toMatchObject({ turnId: 't1', fromMs: 140 });
    expect(rig.log[2]?.[1]).toMatchObject({ turnId: 't1', lastSpeechMs: 1280, decisionMs: 1792 });
    expect(rig.machine.user).toBe('silent');
  });

  test('speech that goes on after a pause drops the attempt and stays one turn', () => {
    const rig = new Rig().hear(0.9, 20).hear(0.1, 8).hear(0.9, 10).hear(0.1, 16);
    expect(rig.types).toEqual([
      '32 turn-open',
      '768 attempt-start',
      '928 attempt-drop',
      '1344 attempt-start',
      '1728 turn-commit',
    ]);
  });

  test('a short noise is a misfire', () => {
    const rig = new Rig().hear(0.9, 4).hear(0.1, 16);
    expect(rig.types).toEqual(['32 turn-open', '640 turn-drop']);
  });

  test('hysteresis: a voice between the thresholds goes on but does not start', () => {
    expect(new Rig().hear(0.4, 50).types).toEqual([]);
    expect(new Rig().hear(0.9, 10).hear(0.4, 50).types).toEqual(['32 turn-open']);
  });

  test('an endless voice is committed by force', () => {
    const rig = new Rig({ maxTurnMs: 5_000 }).hear(0.9, 200);
    expect(rig.types.slice(0, 2)).toEqual(['32 turn-open', '5024 turn-commit']);
  });

  test('turn.minSilenceMs is what decides', () => {
    const rig = new Rig({ minSilenceMs: 800 }).hear(0.9, 20).hear(0.1, 30);
    expect(rig.types.at(-1)).toBe('1440 turn-commit');
  });

  test('the page commits at once', () => {
    const rig = new Rig().hear(0.9, 20).do({ type: 'commit' });
    expect(rig.types).toEqual(['32 turn-open', '640 turn-commit']);
  });

  test('muting drops the open turn', () => {
    const rig = new Rig().hear(0.9, 20).do({ type: 'mute' });
    expect(rig.log.at(-1)?.[1]).toEqual({ type: 'turn-drop', turnId: 't1', reason: 'muted' });
  });
});

describe('over a speaking agent', () => {
  const speaking = (): Rig =>
    new Rig()
      .do({ type: 'reply-start', generation: 7 })
      .do({ type: 'reply-audible', generation: 7 });

  test('voice cuts it off after interruptAfterMs', () => {
    const rig = speaking().hear(0.9, 10);
    expect(rig.types).toEqual(['32 turn-open', '256 cut']);
    expect(rig.log[1]?.[1]).toEqual({ type: 'cut', generation: 7, by: 'speech' });
    expect(rig.machine.agent).toBe('idle');
  });

  test('a short noise does not', () => {
    const rig = speaking().hear(0.9, 5).hear(0.1, 30);
    expect(rig.types).toEqual(['32 turn-open', '672 turn-drop']);
    expect(rig.machine.agent).toBe('speaking');
  });

  test('a call silences it, once', () => {
    const rig = speaking().do({ type: 'interrupt' }).do({ type: 'interrupt' });
    expect(rig.log.map(([, effect]) => effect)).toEqual([
      { type: 'cut', generation: 7, by: 'call' },
    ]);
  });

  test('a newer reply cuts the older one, whose late reports change nothing', () => {
    const rig = speaking().do({ type: 'reply-start', generation: 8 });
    rig.do({ type: 'reply-audible', generation: 7 }).do({ type: 'reply-end', generation: 7 });
    expect(rig.types).toEqual(['0 cut']);
    expect(rig.machine.agent).toBe('thinking');
  });
});

describe('other modes', () => {
  test('manual: only the page ends the turn', () => {
    const rig = new Rig({ mode: 'manual' }).hear(0.9, 20).hear(0.1, 100).do({ type: 'commit' });
    expect(rig.types).toEqual(['32 turn-open', '768 attempt-start', '3840 turn-commit']);
  });

  test('push-to-talk: voice without the button is nothing', () => {
    expect(new Rig({ mode: 'push-to-talk' }).hear(0.9, 50).types).toEqual([]);
  });

  test('push-to-talk: pre-roll before the press, tail after the release', () => {
    const rig = new Rig({ mode: 'push-to-talk' }).hear(0.9, 20);
    rig.do({ type: 'push-to-talk', isPressed: true }).hear(0.9, 20);
    rig.do({ type: 'push-to-talk', isPressed: false }).hear(0.1, 10);
    expect(rig.types).toEqual(['640 turn-open', '1504 turn-commit']);
    expect(rig.log[0]?.[1]).toMatchObject({ fromMs: 140 });
  });

  test('push-to-talk: pressing silences the agent, an empty press is a misfire', () => {
    const rig = new Rig({ mode: 'push-to-talk' }).do({ type: 'reply-start', generation: 1 });
    rig.do({ type: 'push-to-talk', isPressed: true }).hear(0.1, 20);
    rig.do({ type: 'push-to-talk', isPressed: false }).hear(0.1, 10);
    expect(rig.types).toEqual(['0 cut', '0 turn-open', '864 turn-drop']);
  });
});

test('any sequence: turns open and close in pairs, one reply at a time, none cut twice', () => {
  const input = fc.oneof(
    {
      weight: 8,
      arbitrary: fc.record({
        type: fc.constant('hear'),
        p: fc.double({ min: 0, max: 1, noNaN: true }),
        n: fc.integer({ min: 1, max: 30 }),
      }),
    },
    fc.constantFrom({ type: 'commit' }, { type: 'mute' }, { type: 'interrupt' }),
    fc.record({ type: fc.constant('push-to-talk'), isPressed: fc.boolean() }),
    fc.constantFrom({ type: 'reply' }, { type: 'audible' }, { type: 'end' }),
  );
  const mode = fc.constantFrom<TurnMachineOptions['mode'][]>('automatic', 'push-to-talk', 'manual');
  fc.assert(
    fc.property(mode, fc.array(input, { maxLength: 60 }), (chosen, inputs) => {
      const rig = new Rig({ mode: chosen, maxTurnMs: 5_000 });
      let generation = 0;
      for (const step of inputs as { type: string; p: number; n: number; isPressed: boolean }[]) {
        if (step.type === 'hear') rig.hear(step.p, step.n);
        else if (step.type === 'reply')
          rig.do({ type: 'reply-start', generation: (generation += 1) });
        else if (step.type === 'audible') rig.do({ type: 'reply-audible', generation });
        else if (step.type === 'end') rig.do({ type: 'reply-end', generation });
        else rig.do(step as Parameters<TurnMachine['handle']>[0]);
      }
      let open: string | null = null;
      const cuts = new Set<number>();
      for (const [, effect] of rig.log) {
        if (effect.type === 'turn-open') {
          expect(open).toBeNull();
          open = effect.turnId;
        } else if (effect.type === 'cut') {
          expect(cuts.has(effect.generation)).toBe(false);
          cuts.add(effect.generation);
        } else {
          expect(effect.turnId).toBe(open);
          if (effect.type === 'turn-commit' || effect.type === 'turn-drop') open = null;
        }
      }
    }),
    { numRuns: 2_000 },
  );
});
