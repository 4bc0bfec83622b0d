// What serves between an engine elsewhere and the one that takes its place here.
import { expect, test, vi } from 'vitest';
import { resolveOptions } from '../../../src/agent/resolve-options.ts';
import type { VoiceAgentOptions } from '../../../src/agent/voice-agent-options.ts';
import { LeavingEngines, tokenOf } from '../../../src/browser/leaving-engines.ts';

const endpoint = { kind: 'openai', baseUrl: 'https://a.io/v1', model: 'm' } as const;
const local = { kind: 'local', modelId: 'l' } as const;

function change(from: VoiceAgentOptions, to: VoiceAgentOptions) {
  const handleLeft = vi.fn();
  const leaving = new LeavingEngines(handleLeft);
  const wanted = resolveOptions(to);
  leaving.change(resolveOptions(from), wanted, from.engines);
  return { leaving, wanted, handleLeft, serving: () => leaving.apply(wanted).engines };
}

test('an endpoint serves until what takes its place is there', () => {
  const from = { engines: { llm: endpoint, stt: endpoint } };
  const { leaving, wanted, handleLeft, serving } = change(from, { engines: { llm: local } });
  const leave = leaving.beginLoad();
  expect(serving()).toMatchObject({ llm: endpoint, stt: endpoint });
  leave('tts');
  expect(handleLeft).not.toHaveBeenCalled();
  leave('llm');
  expect(serving()).toMatchObject({ llm: local, stt: endpoint });
  expect(handleLeft).toHaveBeenCalledTimes(1);
  leave('stt');
  expect(leaving.apply(wanted)).toBe(wanted);
  leave('stt');
  leave();
  expect(handleLeft).toHaveBeenCalledTimes(2);
});

test('nothing is waited for any longer when its load is over, whatever was loaded', () => {
  const { leaving, wanted, handleLeft } = change({ engines: { stt: endpoint } }, {});
  leaving.beginLoad()();
  expect(leaving.apply(wanted)).toBe(wanted);
  expect(handleLeft).toHaveBeenCalledTimes(1);
});

test('what an earlier load brings takes no place: something else is on its way', () => {
  const { leaving, serving } = change({ engines: { llm: endpoint } }, { engines: { llm: local } });
  const leaveEarlier = leaving.beginLoad();
  const leave = leaving.beginLoad();
  leaveEarlier('llm');
  leaveEarlier();
  expect(serving().llm).toMatchObject(endpoint);
  leave('llm');
  expect(serving().llm).toEqual(local);
});

test('a script and the model of the browser, too', () => {
  const persona = { kind: 'persona', lines: [{ say: 'Hm.' }] } as const;
  for (const llm of [persona, { kind: 'browser' } as const]) {
    expect(change({ engines: { llm } }, { engines: { llm: local } }).serving().llm).toEqual(llm);
  }
});

test('nothing that is here waits, nor what is exchanged elsewhere', () => {
  const other = { ...endpoint, model: 'other' };
  expect(change({ engines: { llm: local } }, {}).serving().llm).not.toEqual(local);
  const { serving } = change({ engines: { llm: endpoint } }, { engines: { llm: other } });
  expect(serving().llm).toMatchObject({ model: 'other' });
});

test('who wants no voice hears none, and another language has no engine of the one before', () => {
  const from = { engines: { tts: endpoint, stt: endpoint } };
  expect(change(from, { engines: { tts: 'none' } }).serving().tts).toBe('none');
  expect(change(from, { language: 'de' }).serving().stt).toBe('moonshine');
});

test('a change of mind ends the wait', () => {
  const { leaving, wanted, serving } = change(
    { engines: { llm: endpoint } },
    { engines: { llm: local } },
  );
  const back = resolveOptions({ engines: { llm: endpoint } });
  leaving.change(wanted, back, { llm: local });
  expect(leaving.apply(back)).toBe(back);
  expect(serving().llm).toEqual(local);
});

test('it goes on with the token that it was given with', async () => {
  const llm = { ...endpoint, getToken: () => Promise.resolve('secret') };
  const { leaving } = change({ engines: { llm } }, { engines: { llm: local } });
  expect(await tokenOf(leaving.givenOf('llm'))).toBe('secret');
  expect(await tokenOf(endpoint)).toBeNull();
  expect(await tokenOf('auto')).toBeNull();
  expect(await tokenOf(leaving.givenOf('stt'))).toBeNull();
});
