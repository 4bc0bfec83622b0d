// Parts of the app's page in a real DOM: the held button, the log that only grows, the timings of turns.
import { afterEach, describe, expect, test } from 'vitest';
import type { AppSession } from '../../../src/app/app-session.ts';
import { createCaptionsPart } from '../../../src/app/captions-part.ts';
import { EMPTY_CAPTIONS } from '../../../src/app/captions.ts';
import { DEFAULT_SETTINGS } from '../../../src/app/settings.ts';
import type { AppSettings } from '../../../src/app/settings.ts';
import { createChoicePart } from '../../../src/app/choice-part.ts';
import { createEnginePart } from '../../../src/app/engine-part.ts';
import { createLanguageSelect } from '../../../src/app/language-part.ts';
import { createMorePart } from '../../../src/app/more-part.ts';
import { createLaterPart } from '../../../src/app/later-part.ts';
import { createTalkButton } from '../../../src/app/talk-button.ts';
import { createTimingsPart } from '../../../src/app/timings-part.ts';
import { createView } from '../../../src/app/view-model.ts';
import type { ChosenStage, ConversationMessage, TurnMetrics } from '../../../src/index.ts';
import { deviceReport } from '../../support/device-report.ts';
import { turnMetrics } from '../../support/turn-metrics.ts';
import { requiredModel } from '../../support/model-lists.ts';

afterEach(() => document.body.replaceChildren());

function message(id: string, change: Partial<ConversationMessage>): ConversationMessage {
  return {
    id,
    role: 'assistant',
    content: '',
    generatedText: '',
    isInterrupted: false,
    isFinal: true,
    turnId: null,
    createdAtMs: 0,
    ...change,
  };
}

function mountTalkButton() {
  const presses: boolean[] = [];
  const element = createTalkButton((isPressed) => presses.push(isPressed));
  document.body.append(element);
  element.focus();
  const key = (type: string, init: KeyboardEventInit): boolean =>
    element.dispatchEvent(new KeyboardEvent(type, { cancelable: true, ...init }));
  return { element, presses, key };
}

test('Space holds the talk button, repeats change nothing, other keys do nothing', () => {
  const { element, presses, key } = mountTalkButton();
  key('keydown', { code: 'KeyA' });
  expect(key('keydown', { code: 'Space' })).toBe(false);
  key('keydown', { code: 'Space', repeat: true });
  expect(element.getAttribute('aria-pressed')).toBe('true');
  key('keyup', { code: 'Space' });
  expect(presses).toEqual([true, false]);
});

test('losing the focus lets the talk button go', () => {
  const { element, presses, key } = mountTalkButton();
  key('keydown', { code: 'Space' });
  element.blur();
  expect(presses).toEqual([true, false]);
});

test('the log takes a line once it is final, keeps its element, and shows markup as text', () => {
  const part = createCaptionsPart(document.body);
  document.body.append(part.element);
  const log = part.element.querySelector('[role=log]')!;
  const show = (...messages: ConversationMessage[]): void =>
    part.update({
      ...createView(DEFAULT_SETTINGS),
      captions: { ...EMPTY_CAPTIONS, messages },
    });
  const first = message('m1', { role: 'user', content: '<img src=x>' });
  const growing = message('m2', { content: 'It is', generatedText: 'It is', isFinal: false });
  show(first, growing);
  const line = log.firstElementChild;
  expect(log.textContent).toBe('You<img src=x>');
  expect(part.element.querySelector('.live')?.textContent).toBe('AgentIt is');
  const cut = { content: 'It', generatedText: 'It is noon.', isInterrupted: true };
  show(first, message('m2', cut));
  expect(log.firstElementChild).toBe(line);
  expect(log.lastElementChild?.querySelector('.solid')?.textContent).toBe('It');
  expect(log.lastElementChild?.querySelector('.faint')?.textContent).toBe(' is noon.');
  expect(log.querySelector('img')).toBeNull();
});

test('an engine is shown with its reason, and another one chosen', () => {
  const chosen: string[] = [];
  const onChoose = (value: string): void => void chosen.push(value);
  const part = createChoicePart({ stage: 'tts', label: 'Voice', onChoose });
  document.body.append(part.element);
  const select = part.element.querySelector('select')!;
  const settings = { ...DEFAULT_SETTINGS, voice: 'auto' } as const;
  const view = { ...createView(settings), device: deviceReport() };
  part.update(view);
  expect([...select.options].map(({ value }) => value)).toEqual(['auto', 'kokoro', 'piper']);
  expect(part.element.querySelector('.hint')?.textContent).toBe('Kokoro. It keeps up.');
  select.value = 'piper';
  select.dispatchEvent(new Event('change'));
  expect(chosen).toEqual(['piper']);
  part.update({ ...view, settings: { ...DEFAULT_SETTINGS, voice: 'piper' } });
  expect(select.value).toBe('piper');
  expect(part.element.querySelector('.hint')?.textContent).toMatch(/^Named here/u);
});

test('a language is chosen among those that this site, or an endpoint, can answer in', () => {
  const changes: object[] = [];
  const session = { changeSettings: async (change: object) => void changes.push(change) };
  const part = createLanguageSelect(session as unknown as AppSession);
  const select = part.element.querySelector('select')!;
  const offered = (): string[] => [...select.options].map(({ value }) => value);
  const view = createView(DEFAULT_SETTINGS);
  part.update(view);
  expect([offered(), select.value]).toEqual([['en'], 'en']);
  const device = deviceReport({ languages: ['en', 'de', 'auto'] });
  part.update({ ...view, device });
  expect([offered(), select.value]).toEqual([['en', 'de', 'auto'], 'en']);
  expect(select.options[1]?.text).toBe('Deutsch');
  select.value = 'de';
  select.dispatchEvent(new Event('change'));
  expect(changes).toEqual([{ language: 'de' }]);
  const endpoint = { baseUrl: 'https://host/v1', model: 'm', key: '', voice: '' };
  const endpoints = { ...DEFAULT_SETTINGS.endpoints, llm: endpoint };
  part.update({ ...view, device, settings: { ...view.settings, endpoints, language: 'ja' } });
  expect([offered().length, select.value]).toEqual([10, 'ja']);
});

function mountEnginePart(stage: ChosenStage) {
  const changes: Partial<AppSettings>[] = [];
  const view = { ...createView(DEFAULT_SETTINGS), device: deviceReport() };
  const changeSettings = async (change: Partial<AppSettings>) => void changes.push(change);
  const session = { view, changeSettings };
  const part = createEnginePart(session as unknown as AppSession, stage);
  document.body.append(part.element);
  part.update(view);
  const form = part.element.querySelector('form')!;
  const select = part.element.querySelector('select')!;
  const choose = (value: string): void => {
    select.value = value;
    select.dispatchEvent(new Event('change'));
  };
  return { part, session, view, changes, form, select, choose };
}

test('each stage may have an endpoint of its own, and its form asks for what it needs', () => {
  const { part, session, view, changes, form, select, choose } = mountEnginePart('tts');
  expect(form.hidden).toBe(true);
  choose('endpoint');
  expect([form.hidden, form.ariaLabel]).toEqual([false, 'Endpoint of the voice']);
  expect(form.textContent).toContain('What the agent says is sent there as text.');
  const [url, model, voice, key] = form.querySelectorAll('input');
  url!.value = ' https://host/v1 ';
  model!.value = 'tts-1';
  voice!.value = 'nova';
  key!.value = 'secret';
  form.requestSubmit();
  const tts = { baseUrl: 'https://host/v1', model: 'tts-1', voice: 'nova', key: 'secret' };
  const endpoints = { ...DEFAULT_SETTINGS.endpoints, tts };
  expect(changes).toEqual([{ endpoints }]);
  session.view = { ...view, settings: { ...DEFAULT_SETTINGS, endpoints } };
  part.update(session.view);
  expect([select.value, voice!.value]).toEqual(['endpoint', 'nova']);
  choose('kokoro');
  expect(changes[1]).toEqual({ endpoints: DEFAULT_SETTINGS.endpoints, voice: 'kokoro' });
});

test('an address that is none is not taken', () => {
  const changes: object[] = [];
  const view = createView(DEFAULT_SETTINGS);
  const session = { view, changeSettings: async (change: object) => void changes.push(change) };
  const part = createEnginePart(session as unknown as AppSession, 'stt');
  document.body.append(part.element);
  const form = part.element.querySelector('form')!;
  form.hidden = false;
  const [url, model] = form.querySelectorAll('input');
  url!.value = 'ftp://host/v1';
  model!.value = 'whisper';
  form.requestSubmit();
  expect(changes).toEqual([]);
  expect(url!.validationMessage).toMatch(/such as https:/u);
});

test('a flow is asked for by its name, and a script needs nothing', () => {
  const { part, view, changes, form, select, choose } = mountEnginePart('llm');
  const [url, name] = form.querySelectorAll('input');
  const labelOf = (): string => name!.labels![0]!.textContent;
  choose('endpoint');
  expect([form.hidden, labelOf()]).toEqual([false, 'Model name']);
  choose('flow');
  expect([form.hidden, labelOf()]).toEqual([false, 'Name of the flow']);
  url!.value = 'https://host/v1';
  name!.value = 'shop';
  form.requestSubmit();
  const llm = changes[0]?.endpoints?.llm;
  expect(llm).toMatchObject({ baseUrl: 'https://host/v1', model: 'shop' });
  expect(llm?.sessionId).toHaveLength(32);
  const endpoints = { ...DEFAULT_SETTINGS.endpoints, llm: llm! };
  part.update({ ...view, settings: { ...DEFAULT_SETTINGS, endpoints } });
  expect([select.value, labelOf()]).toEqual(['flow', 'Name of the flow']);
  choose('persona');
  expect([form.hidden, changes[1]]).toEqual([
    true,
    { endpoints: DEFAULT_SETTINGS.endpoints, languageModel: 'persona' },
  ]);
});

test('engines for who looks for them are folded away, and say when a change holds', () => {
  const changes: object[] = [];
  const session = { changeSettings: async (change: object) => void changes.push(change) };
  const part = createMorePart(session as unknown as AppSession);
  document.body.append(part.element);
  const device = deviceReport();
  const offers = [...device.offers, { stage: 'wake', engine: 'spotter', name: 'Spotter' } as const];
  const view = { ...createView(DEFAULT_SETTINGS), device };
  part.update(view);
  expect((part.element as HTMLDetailsElement).open).toBe(false);
  const find = (label: string): HTMLSelectElement =>
    [...part.element.querySelectorAll('select')].find((each) =>
      each.labels[0]!.textContent.startsWith(label),
    )!;
  const spotter = find('The calling phrase');
  expect(spotter.closest<HTMLElement>('.choice')!.hidden).toBe(true);
  part.update({ ...view, device: { ...device, offers } });
  expect(spotter.closest<HTMLElement>('.choice')!.hidden).toBe(false);
  for (const [select, value] of [
    [find('Speech is told'), 'energy'],
    [find('The end of a turn'), 'timer'],
    [find('Words are pronounced'), 'espeak'],
    [find('Kokoro runs on'), 'auto'],
    [spotter, 'spotter'],
  ] as const) {
    select.value = value;
    select.dispatchEvent(new Event('change'));
  }
  expect(changes).toEqual([
    ...[{ vad: 'energy' }, { turn: 'timer' }, { phonemes: 'espeak' }, { backend: 'auto' }],
    { wake: 'spotter' },
  ]);
  const hints = (): string[] =>
    [...part.element.querySelectorAll<HTMLElement>('.hint')]
      .filter((hint) => !hint.hidden)
      .map(({ textContent }) => textContent);
  const settings = { ...DEFAULT_SETTINGS, vad: 'energy', turn: 'timer' } as const;
  part.update({ ...view, settings });
  expect(hints()).toEqual([]);
  const begunWith = { vad: 'silero', wake: 'transcript' } as const;
  part.update({ ...view, settings, begunWith });
  expect(hints()).toEqual(['Taken at the start: holds once this page is opened again.']);
});

test('what comes later is told in a line of its own, and can be held', () => {
  const held: boolean[] = [];
  const better = { stage: 'tts', engine: 'kokoro', name: 'Kokoro' } as const;
  const piper = { ...better, engine: 'piper', name: 'Piper', chosenBy: 'device' } as const;
  const device = deviceReport({ choices: [{ ...piper, reason: 'Sooner.', better }] });
  const kokoro = requiredModel('k', { name: 'Kokoro', bytes: 2e6, isLater: true });
  const view = { ...createView(DEFAULT_SETTINGS), device, models: [kokoro] };
  const session = { view, setPaused: (isPaused: boolean) => held.push(isPaused) };
  const part = createLaterPart(session as unknown as AppSession);
  document.body.append(part.element);
  part.update(view);
  expect(part.element.hidden).toBe(true);
  part.update({ ...view, loadedBytes: { k: 1e6 } });
  expect(part.element.textContent).toBe(
    'Piper speaks for now. Kokoro is on its way: 1.0 MB of 2.0 MB.Pause',
  );
  part.element.querySelector('button')!.click();
  expect(held).toEqual([true]);
  part.update({ ...view, device: deviceReport(), engineNews: 'Kokoro speaks from now on.' });
  expect(part.element.querySelector('[role=status]')?.textContent).toMatch(/^Kokoro speaks/u);
});

describe('the timings of turns', () => {
  const decided = (turnId: string, afterMs: number): TurnMetrics =>
    turnMetrics({
      turnId,
      marks: { speechEndMs: 1_000, decisionMs: 1_000 + afterMs, firstAudibleMs: 2_000 },
    });

  function mountTimings() {
    const part = createTimingsPart();
    document.body.append(part.element);
    part.element.setAttribute('open', '');
    const show = (...turns: TurnMetrics[]): void =>
      part.update({ ...createView(DEFAULT_SETTINGS), turns });
    const press = (name: string): void =>
      [...part.element.querySelectorAll('button')]
        .find((each) => each.textContent === name)!
        .click();
    const text = (selector: string) => part.element.querySelector(selector)?.textContent;
    return { part, show, press, text };
  }

  test('are drawn on a shared axis, with a table that says the same', () => {
    const { part, show, text } = mountTimings();
    show();
    expect(text('.hint')).toBe('Shown after the first answer.');
    expect(part.element.querySelector('.timings-of-turns')?.hasAttribute('hidden')).toBe(true);
    show(decided('t1', 400));
    const picture = part.element.querySelector('[role=img]')!;
    expect(picture.getAttribute('aria-label')).toBe(
      'Waterfall. First sound heard 1000 ms after your last word. Begun ahead: nothing. ' +
        'Turn taken: after 400 ms. First sound of the answer: after 1000 ms.',
    );
    const table = document.getElementById(picture.getAttribute('aria-details')!);
    expect(table?.querySelector('tbody')?.textContent).toBe('Turn taken400 ms400 ms');
    const bar = part.element.querySelector<HTMLElement>('.waterfall-bar.wait')!;
    expect(bar.style.getPropertyValue('--at')).toBe('0.0000');
    expect(bar.style.getPropertyValue('--length')).toBe('0.4000');
    const line = part.element.querySelector<HTMLElement>('.plot > .mark-line.audible')!;
    expect(line.style.getPropertyValue('--at')).toBe('1.0000');
    expect(text('.percentiles tbody tr')).toBe('Turn taken400 ms400 ms');
  });

  test('follow the latest turn until the visitor goes back', () => {
    const { show, press, text } = mountTimings();
    const [first, second, third] = [decided('t1', 100), decided('t2', 200), decided('t3', 300)];
    show(first);
    show(first, second);
    expect(text('.steps span')).toBe('Turn 2 of 2');
    press('Earlier');
    press('Earlier');
    show(first, second, third);
    expect(text('.steps span')).toBe('Turn 1 of 3');
    expect(text('.timings tbody td')).toBe('100 ms');
    press('Later');
    press('Later');
    show(first, second, third, decided('t4', 400));
    expect(text('.steps span')).toBe('Turn 4 of 4');
    expect(text('.timings tbody td')).toBe('400 ms');
  });

  test('go on from the latest when the turn that is shown is forgotten', () => {
    const { show, press, text } = mountTimings();
    const [first, second] = [decided('t1', 100), decided('t2', 200)];
    show(first, second);
    press('Earlier');
    show(second);
    expect(text('.steps span')).toBe('Turn 1 of 1');
    expect(text('.timings tbody td')).toBe('200 ms');
  });
});
