// A better voice is measured while nobody talks, and taken only if it keeps up. Node, on a manual clock.
import { expect, test } from 'vitest';
import { ConversationRest } from '../../../src/agent/conversation-rest.ts';
import { createAbortReason, delay } from '../../../src/core/abort.ts';
import { rehearse } from '../../../src/browser/rehearse.ts';
import { ManualClock } from '../../../src/testing/manual-clock.ts';

const REST = { user: 'silent', agent: 'idle' } as const;
const TALK = { user: 'speaking', agent: 'idle' } as const;
const MEASURE_MS = 2_000;

interface RigOptions {
  readonly rtf?: number | null;
  readonly failure?: Error | null;
  readonly isTakenUnmeasured?: boolean;
}

function createRig({ rtf = 0.5, failure = null, isTakenUnmeasured = false }: RigOptions = {}) {
  const clock = new ManualClock();
  const rest = new ConversationRest();
  const controller = new AbortController();
  const log: string[] = [];
  const outcome = { current: '' };
  const load = async () => {
    log.push('load');
    if (failure !== null) throw failure;
    return {
      measureRtf: async (signal: AbortSignal) => {
        log.push('measure');
        await delay(clock, MEASURE_MS, signal);
        return rtf;
      },
      adopt: async () => void log.push('adopt'),
      dispose: () => void log.push('dispose'),
    };
  };
  const keep = async (measured: number) => void log.push(`keep ${measured}`);
  const done = rehearse({ clock, rest, load, keep, isTakenUnmeasured }, controller.signal);
  done.then(
    (decided) => (outcome.current = decided),
    (error: unknown) => (outcome.current = (error as Error).message),
  );
  return { clock, rest, controller, log, outcome };
}

test.each([
  [0.5, 'adopted', ['load', 'measure', 'keep 0.5', 'adopt']],
  [0.9, 'too-slow', ['load', 'measure', 'keep 0.9', 'dispose']],
] as const)('at %d s for a second it is %s', async (rtf, decided, expected) => {
  const { clock, log, outcome } = createRig({ rtf });
  await clock.advance(MEASURE_MS + 300);
  await clock.advance(1);
  expect(outcome.current).toBe(decided);
  expect(log).toEqual(expected);
});

test.each([
  [false, 'undecided', ['load', 'measure', 'dispose']],
  [true, 'adopted', ['load', 'measure', 'adopt']],
] as const)('one that does not tell, %s: %s', async (isTakenUnmeasured, decided, expected) => {
  const { clock, log, outcome } = createRig({ rtf: null, isTakenUnmeasured });
  await clock.advance(MEASURE_MS + 300);
  await clock.advance(1);
  expect(outcome.current).toBe(decided);
  expect(log).toEqual(expected);
});

test('it waits for people who talk, gives the cores back to them, and is measured again', async () => {
  const { clock, rest, log, outcome } = createRig();
  rest.setState(TALK);
  await clock.advance(10_000);
  expect(log).toEqual(['load']);
  rest.setState(REST);
  await clock.advance(1_000);
  expect(log).toEqual(['load', 'measure']);
  rest.setState(TALK);
  await clock.advance(5_000);
  expect([log, outcome.current]).toEqual([['load', 'measure'], '']);
  rest.setState(REST);
  await clock.advance(MEASURE_MS + 300);
  await clock.advance(1);
  expect(log).toEqual(['load', 'measure', 'measure', 'keep 0.5', 'adopt']);
});

test('after eight attempts nothing is decided, and nothing kept', async () => {
  const { clock, rest, log, outcome } = createRig();
  for (let attempt = 0; attempt < 8; attempt += 1) {
    await clock.advance(1_000);
    rest.setState(TALK);
    await clock.advance(1_000);
    rest.setState(REST);
  }
  await clock.advance(1);
  expect(outcome.current).toBe('undecided');
  expect(log.filter((entry) => entry === 'measure')).toHaveLength(8);
  expect(log.at(-1)).toBe('dispose');
});

test('what fails, and what is no longer wanted, leaves nothing behind', async () => {
  const failing = createRig({ failure: new Error('no file') });
  await failing.clock.advance(1);
  expect([failing.outcome.current, failing.log]).toEqual(['no file', ['load']]);

  const unwanted = createRig();
  await unwanted.clock.advance(1_000);
  unwanted.controller.abort(createAbortReason('unwanted'));
  await unwanted.clock.advance(1);
  expect(unwanted.outcome.current).toBe('unwanted');
  expect(unwanted.log).toEqual(['load', 'measure', 'dispose']);
});
