// The language model that the device chose is tried once, and gives way where it is too slow. Node, over real ports.
import { expose } from 'comlink';
import { afterEach, expect, test } from 'vitest';
import { ConversationRest } from '../../../src/agent/conversation-rest.ts';
import { DeviceModel } from '../../../src/browser/device-model.ts';
import { RtfVerdicts } from '../../../src/browser/rtf-verdicts.ts';
import { createDeferred } from '../../../src/core/deferred.ts';
import { nextMacrotask } from '../../../src/core/macrotask.ts';
import { ManualClock } from '../../../src/testing/manual-clock.ts';

const ports: MessagePort[] = [];
afterEach(() => {
  for (const port of ports.splice(0)) port.close();
});

interface RigOptions {
  readonly rtf?: number | null;
  readonly isLeftToDevice?: boolean;
  /** Whether another model is on the device. */
  readonly hasOther?: boolean;
}

function createRig({ rtf = 0.2, isLeftToDevice = true, hasOther = true }: RigOptions = {}) {
  const clock = new ManualClock();
  const rest = new ConversationRest();
  const log: string[] = [];
  const kept = new Map<string, string>();
  const gate = { current: Promise.resolve() };
  const openPort = async (): Promise<MessagePort> => {
    const { port1, port2 } = new MessageChannel();
    ports.push(port1, port2);
    const service = {
      measureRtf: async () => {
        log.push('measure');
        await gate.current;
        return rtf;
      },
      cancel: () => void log.push('cancel'),
    };
    expose(service, port1);
    return port2;
  };
  const rtfs = new RtfVerdicts(
    {
      read: async (key) => kept.get(key) ?? null,
      write: async (key, text) => void kept.set(key, text),
      clear: async () => kept.clear(),
    },
    () => 0,
  );
  const model = new DeviceModel({
    ...{ clock, rest },
    workers: {
      openPort,
      rehearse: async () => ({
        openPort,
        adopt: async () => void log.push('adopt'),
        dispose: () => void log.push('dispose'),
      }),
    },
    selection: {
      rtfs,
      isLeftToDevice: () => isLeftToDevice,
      modelOf: () => 'small',
      setRefused: (id, isRefused) => void log.push(`${isRefused ? 'refuse' : 'allow'} ${id}`),
      subjectOf: async (modelId) => ({ modelId, backend: 'wasm', threads: 2 }),
      takeBetterLlm: () => void log.push('take'),
    },
    standIns: { chooseForLost: async () => (log.push('look for another'), hasOther) },
    reconsider: async () => void log.push('reconsider'),
    exchange: () => void log.push('exchange'),
    onError: ({ code }) => void log.push(code),
  });
  /** Over real ports, which take turns of their own. */
  const pass = async (waitMs = 1_000): Promise<void> => {
    for (let turn = 0; turn < 20; turn += 1) {
      await clock.advance(waitMs / 20);
      await nextMacrotask();
    }
  };
  return { model, rest, log, kept, gate, pass };
}

const CATALOG = { version: 1, models: [] } as const;
const BETTER = { modelId: 'large', config: { catalog: CATALOG, threads: 2 } };

test('is measured once, at rest, and the verdict is kept for the next load and the next visit', async () => {
  const { model, log, kept, pass } = createRig();
  model.improve(null);
  await pass();
  expect([...kept]).toEqual([['rtf, small, wasm, 2', '0.2 0']]);
  model.improve(null);
  await pass();
  expect(log).toEqual(['measure']);
});

test('waits for who talks, and gives the cores back', async () => {
  const { model, rest, log, kept, gate, pass } = createRig();
  const measuring = createDeferred();
  gate.current = measuring.promise;
  rest.setState({ user: 'speaking', agent: 'idle' });
  model.improve(null);
  await pass();
  expect(log).toEqual([]);
  rest.setState({ user: 'silent', agent: 'idle' });
  await pass();
  rest.setState({ user: 'silent', agent: 'thinking' });
  await pass();
  expect(log).toEqual(['measure', 'cancel']);
  measuring.resolve();
  rest.setState({ user: 'silent', agent: 'idle' });
  await pass();
  expect(log).toEqual(['measure', 'cancel', 'measure']);
  expect(kept.size).toBe(1);
});

test.each([
  [true, ['measure', 'look for another', 'allow small', 'reconsider', 'exchange']],
  [false, ['measure', 'look for another']],
])('one that is too slow gives way to what is on the device: %s', async (hasOther, expected) => {
  const { model, log, kept, pass } = createRig({ rtf: 3, hasOther });
  model.improve(null);
  await pass();
  expect(log).toEqual(expected);
  expect([...kept.values()]).toEqual(['3 0']);
});

test('one that is far too slow is not waited for', async () => {
  const { model, log, kept, gate, pass } = createRig();
  gate.current = new Promise(() => undefined);
  model.improve(null);
  await pass(40_000);
  expect(log).toContain('exchange');
  expect([...kept.values()]).toEqual(['Infinity 0']);
});

test('one that the page names, or that does not tell, is left alone', async () => {
  const named = createRig({ isLeftToDevice: false });
  named.model.improve(null);
  await named.pass();
  expect(named.log).toEqual([]);
  const silent = createRig({ rtf: null });
  silent.model.improve(null);
  await silent.pass();
  expect([silent.log, silent.kept.size]).toEqual([['measure'], 0]);
});

test.each([
  [0.3, ['measure', 'adopt', 'take', 'reconsider'], 1],
  [2, ['measure', 'dispose', 'reconsider'], 1],
  [null, ['measure', 'adopt', 'take', 'reconsider'], 0],
])('a better one that takes %s is taken if it keeps up', async (rtf, expected, verdicts) => {
  const { model, log, kept, pass } = createRig({ rtf });
  model.improve(BETTER);
  await pass();
  expect(log).toEqual(expected);
  expect(kept.size).toBe(verdicts);
});

test('disposal ends a trial', async () => {
  const { model, log, kept, gate, pass } = createRig();
  gate.current = new Promise(() => undefined);
  model.improve(null);
  await pass();
  model.dispose();
  await pass();
  expect(log).toEqual(['measure', 'cancel']);
  expect(kept.size).toBe(0);
});
