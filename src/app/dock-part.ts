// The controls at the foot of the page: one main button, the text field, and what the state offers. Main thread.
import type { AppSession } from './app-session.ts';
import { button, h, setText } from './dom.ts';
import type { Part } from './dom.ts';
import { toControls } from './status-words.ts';
import { createTalkButton } from './talk-button.ts';

export function createDockPart(session: AppSession): Part {
  const controls = createControls(session);
  return {
    element: h('footer', { class: 'dock' }, [controls.element, createComposer(session)]),
    update: (view) => controls.update(view),
  };
}

function createControls(session: AppSession): Part {
  const main = button('Start', () => press(session), 'primary');
  const mute = button('Mute', () => {
    session.setMuted(session.view.state.microphone === 'on');
  });
  const interrupt = button('Interrupt', () => session.interrupt());
  const commit = button('Answer now', () => session.commitTurn());
  const talk = createTalkButton((isPressed) => session.setPushToTalk(isPressed));
  return {
    element: h('div', { class: 'row controls' }, [main, talk, commit, mute, interrupt]),
    update(view) {
      const state = toControls(view);
      setText(main, state.mainLabel);
      mute.hidden = !state.canMute;
      setText(mute, state.isMuted ? 'Unmute' : 'Mute');
      interrupt.hidden = !state.canMute && !state.canInterrupt;
      interrupt.disabled = !state.canInterrupt;
      commit.hidden = !state.hasCommit;
      talk.hidden = !state.hasPushToTalk;
    },
  };
}

function press(session: AppSession): void {
  const { main } = toControls(session.view);
  if (main === 'cancel') session.cancelStart();
  else void (main === 'stop' ? session.stop() : session.start());
}

/** Always usable: a text sent before the start loads what an answer needs. */
function createComposer(session: AppSession): HTMLElement {
  const input = h('input', {
    type: 'text',
    name: 'text',
    autocomplete: 'off',
    enterkeyhint: 'send',
    'aria-label': 'Your message',
    placeholder: 'Or type here',
  });
  const form = h('form', { class: 'composer row' }, [
    input,
    h('button', { type: 'submit' }, ['Send']),
  ]);
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    void submit(session, input);
  });
  return form;
}

async function submit(session: AppSession, input: HTMLInputElement): Promise<void> {
  const text = input.value.trim();
  if (text === '') return;
  input.value = '';
  const isTaken = await session.send(text);
  if (!isTaken && input.value === '') input.value = text;
}
