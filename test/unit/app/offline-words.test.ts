// The badge claims no more than is known: of the page, of its models, and of engines that no count sees.
import { describe, expect, test } from 'vitest';
import { describeOffline } from '../../../src/app/offline-words.ts';
import type { OfflineView } from '../../../src/app/offline-words.ts';
import type { ChosenStage, RequiredModel } from '../../../src/index.ts';
import type { ShellState } from '../../../src/offline/app-shell.ts';
import { deviceReport } from '../../support/device-report.ts';
import { requiredModel, storedModel } from '../../support/model-lists.ts';

const KEPT: ShellState = {
  ...{ isCounting: true, isKept: true, isRefused: false, hasUpdate: false },
  ...{ requestsLeft: 0, hosts: [] },
};
const required = (id: string, bytes = 100): RequiredModel =>
  requiredModel(id, { bytes, name: `Model ${id}` });
const stored = storedModel;
const choice = (stage: ChosenStage, engine: string) => ({
  ...{ stage, engine, name: engine, chosenBy: 'page' as const, reason: '', better: null },
});

/** All on the device, unless a stage is named to run on another engine. */
function view(engines: Partial<Record<ChosenStage, string>> = {}): OfflineView {
  const local = { stt: 'moonshine-tiny-en', llm: 'smollm2-135m-instruct', tts: 'kokoro' };
  const choices = Object.entries({ ...local, ...engines }).map(([stage, engine]) =>
    choice(stage as ChosenStage, engine),
  );
  return {
    models: [required('a'), required('b')],
    storedModels: [stored('a'), stored('b'), stored('of another site')],
    device: { ...deviceReport(), choices },
  };
}
const words = (state: ShellState, of: OfflineView): string => describeOffline(state, of).words;
const detail = (state: ShellState, of: OfflineView): string => describeOffline(state, of).detail;

describe('offline', () => {
  test('is a page that is kept with all its models, and sent nothing', () => {
    expect(words(KEPT, view())).toBe('Offline: 0 requests');
    expect(words({ ...KEPT, isCounting: false }, view())).toBe('Kept for offline');
  });

  test.each([
    ['none is there', []],
    ['one is not there', [stored('a')]],
    ['one is not there to its end', [stored('a'), stored('b', { isComplete: false })]],
  ])('is no page of whose models %s', (_name, storedModels) => {
    const partial = { ...view(), storedModels };
    expect(words(KEPT, partial)).toMatch(/^0 requests sent, [12] models? missing$/u);
    expect(detail(KEPT, partial)).toContain('Not on this device yet: ');
    expect(detail(KEPT, partial)).toContain('Model b');
    expect(words({ ...KEPT, isCounting: false }, partial)).toBe('Page kept for offline');
  });

  test.each(['models', 'storedModels', 'device'] as const)(
    'is not said before %s are known',
    (unknown) => {
      expect(words(KEPT, { ...view(), [unknown]: null })).toBe('0 requests sent');
    },
  );

  test('is no page that has an endpoint', () => {
    const remote = view({ llm: 'openai' });
    expect(words(KEPT, remote)).toBe('0 requests sent');
    expect(detail(KEPT, remote)).toContain('Needs the network for: the language model.');
  });

  test.each([
    ['stt', 'web-speech', 'The browser’s recogniser may send audio'],
    ['tts', 'web-speech', 'The system’s voice may send text'],
    ['llm', 'browser', 'The browser’s language model may use the network'],
  ] as const)('is no page whose %s is of the kind %s', (stage, engine, expected) => {
    expect(words(KEPT, view({ [stage]: engine }))).toBe(expected);
    const sent = { ...KEPT, requestsLeft: 1, hosts: ['a.test'] };
    expect(words(sent, view({ [stage]: engine }))).toBe('1 request sent');
    expect(detail(sent, view({ [stage]: engine }))).toContain(expected);
  });
});

test('what left is counted, and to whom', () => {
  const sent = { ...KEPT, requestsLeft: 3, hosts: ['a.test', 'b.test'] };
  expect(words(sent, view())).toBe('3 requests sent');
  expect(detail(sent, view())).toContain('To: a.test, b.test.');
});

test('of a page that is not kept nothing is said, unless it cannot be', () => {
  const first = { ...KEPT, isCounting: false, isKept: false };
  expect(words(first, view())).toBe('');
  expect(words({ ...first, isRefused: true }, view())).toBe('Not kept for offline');
});
