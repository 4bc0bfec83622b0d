// Parts of the app's page in a real DOM: the held button, and the log that only grows.
import { afterEach, expect, test } from 'vitest';
import { createCaptionsPart } from '../../../src/app/captions-part.ts';
import { EMPTY_CAPTIONS } from '../../../src/app/captions.ts';
import { DEFAULT_SETTINGS } from '../../../src/app/settings.ts';
import { createTalkButton } from '../../../src/app/talk-button.ts';
import { createView } from '../../../src/app/view-model.ts';
import type { ConversationMessage } from '../../../src/index.ts';

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
