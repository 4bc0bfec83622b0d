// What a change would fetch, in a real DOM: said with every option, and asked for before it is taken.
import { afterEach, expect, test } from 'vitest';
import type { AppSession } from '../../../src/app/app-session.ts';
import { createChoicePart } from '../../../src/app/choice-part.ts';
import { createConsentPart } from '../../../src/app/consent-part.ts';
import { DEFAULT_SETTINGS } from '../../../src/app/settings.ts';
import { createView } from '../../../src/app/view-model.ts';
import { deviceReport } from '../../support/device-report.ts';
import { requiredModel, storedModel } from '../../support/model-lists.ts';
import { requiredDownloads, requiredLibrary } from '../../support/required-downloads.ts';

afterEach(() => document.body.replaceChildren());

const piper = requiredModel('p', {
  ...{ name: 'Piper', bytes: 63e6, task: 'tts', licence: 'CC0-1.0', note: 'Terms are open.' },
});
const espeak = requiredLibrary('espeak', {
  ...{ name: 'eSpeak NG', bytes: 1.3e6, task: 'phonemes', licence: 'GPL-3.0-or-later' },
});

test('each option says what it would fetch, under which licence and from where', () => {
  const part = createChoicePart({ stage: 'tts', label: 'Voice', onChoose: () => undefined });
  document.body.append(part.element);
  const offers = {
    'voice=piper': requiredDownloads({ models: [piper], libraries: [espeak] }),
    'voice=kokoro': requiredDownloads({ models: [requiredModel('k')] }),
  };
  const storedModels = [storedModel('k')];
  part.update({ ...createView(DEFAULT_SETTINGS), device: deviceReport(), offers, storedModels });
  const texts = [...part.element.querySelectorAll('optgroup')].map((group) => [
    group.label,
    ...[...group.querySelectorAll('option')].map(({ text }) => text),
  ]);
  expect(texts).toEqual([
    ['Nothing to fetch', 'Kokoro · on this device'],
    ['Fetched from example.org', 'Piper · 64 MB, CC0-1.0, GPL-3.0-or-later'],
  ]);
  expect(part.element.querySelector('select')!.value).toBe('kokoro');
});

function mountConsent() {
  const answers: string[] = [];
  const session = {
    agree: async () => void answers.push('agree'),
    decline: () => void answers.push('decline'),
  };
  const part = createConsentPart(session as unknown as AppSession);
  const other = document.createElement('button');
  document.body.append(other, part.element);
  other.focus();
  const missing = [piper, espeak].map((download) => ({ download, bytes: download.bytes }));
  const view = createView(DEFAULT_SETTINGS);
  const ask = (leavesEndpoint = false): void =>
    part.update({ ...view, consent: { missing, leavesEndpoint } });
  const rest = (): void => part.update(view);
  const press = (name: string): void =>
    [...part.element.querySelectorAll('button')].find((each) => each.textContent === name)!.click();
  return { element: part.element, other, answers, ask, rest, press };
}

test('a change is asked for with size, licence, purpose and source, and the focus comes and goes', () => {
  const { element, other, answers, ask, rest, press } = mountConsent();
  rest();
  expect(element.hidden).toBe(true);
  ask();
  expect([element.hidden, document.activeElement]).toEqual([false, element]);
  expect(element.querySelector('h2')?.textContent).toBe('Fetch 64 MB for this change?');
  expect([...element.querySelectorAll('tbody tr')].map(({ textContent }) => textContent)).toEqual([
    'PiperSpeaks. From example.org.Terms are open.CC0-1.063 MB',
    'eSpeak NGHow words are pronounced. From example.org.GPL-3.0-or-later1.3 MB',
  ]);
  const words = (): string => element.querySelector('.hint')!.textContent;
  expect(words()).toMatch(/^Nothing is fetched unless you agree\. The conversation goes on/u);
  ask(true);
  expect(words()).toContain('goes to its address until then');
  other.focus();
  ask();
  press('Fetch 64 MB');
  expect([answers, document.activeElement]).toEqual([['agree'], other]);
  rest();
  expect(element.hidden).toBe(true);
});

test('the present one is kept by a button, and by Escape', () => {
  const { element, answers, ask, press } = mountConsent();
  ask();
  press('Keep the present one');
  ask();
  element.dispatchEvent(new KeyboardEvent('keydown', { key: 'Escape' }));
  element.dispatchEvent(new KeyboardEvent('keydown', { key: 'a' }));
  expect(answers).toEqual(['decline', 'decline']);
});
