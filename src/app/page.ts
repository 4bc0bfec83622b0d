// Puts the parts of the page together and keeps them current. Main thread.
import type { AppShell } from '../offline/app-shell.ts';
import type { AppSession } from './app-session.ts';
import { createCaptionsPart } from './captions-part.ts';
import { createConsentPart } from './consent-part.ts';
import { createDockPart } from './dock-part.ts';
import { button, h } from './dom.ts';
import type { Part } from './dom.ts';
import { createFactsPart } from './facts-part.ts';
import { createLaterPart } from './later-part.ts';
import { createLevelMeter } from './level-meter.ts';
import { createNoticesPart } from './notices-part.ts';
import type { NoticeAction } from './notices.ts';
import { createOfflineBadge } from './offline-part.ts';
import { takeUpdate } from './open-app-shell.ts';
import { createSettingsPart } from './settings-part.ts';
import { createStatusPart } from './status-part.ts';
import { createWelcomePart } from './welcome-part.ts';

/**
 * Fills `root` and returns; the page follows the session from then on.
 * @param shell null where no service worker keeps the app.
 */
export function mountPage(root: HTMLElement, session: AppSession, shell: AppShell | null): void {
  const panel = createPanel(session);
  const stage = h('main', { class: 'stage', tabindex: '-1' });
  const status = createStatusPart(createLevelMeter(() => session.agent.audio));
  const notices = createNoticesPart(session, (action) => act(action, { session, shell, panel }));
  const welcome = createWelcomePart(session, () => panel.setOpen(true));
  const captions = createCaptionsPart(stage);
  const dock = createDockPart(session);
  const consent = createConsentPart(session);
  const later = createLaterPart(session);
  const column = [welcome.element, later.element, captions.element];
  stage.append(h('div', { class: 'column' }, column));
  root.replaceChildren(
    h('header', { class: 'bar' }, [
      h('span', { class: 'brand' }, ['Parley']),
      status.element,
      createOfflineBadge(session, shell, () => panel.setOpen(true)),
      panel.toggle,
    ]),
    h('div', { class: 'top' }, [notices.element, consent.element]),
    stage,
    panel.part.element,
    dock.element,
  );
  follow(session, [status, notices, consent, welcome, later, captions, panel.part, dock]);
}

/** Redraws once per batch of changes. */
function follow(session: AppSession, parts: readonly Part[]): void {
  let isDue = false;
  const draw = (): void => {
    isDue = false;
    for (const part of parts) part.update(session.view);
  };
  session.onChange(() => {
    if (isDue) return;
    isDue = true;
    queueMicrotask(draw);
  });
  draw();
}

interface Panel {
  readonly part: Part;
  readonly toggle: HTMLButtonElement;
  setOpen(isOpen: boolean): void;
}

/** Settings and facts, beside the conversation where there is room and over it where there is not. */
function createPanel(session: AppSession): Panel {
  const parts = [createSettingsPart(session), createFactsPart()];
  const element = h(
    'aside',
    { class: 'panel', id: 'panel', 'aria-label': 'Settings', hidden: true },
    [...parts.map((part) => part.element)],
  );
  const setOpen = (isOpen: boolean): void => {
    element.hidden = !isOpen;
    toggle.setAttribute('aria-expanded', String(isOpen));
    if (isOpen) void session.refreshOffers();
  };
  const toggle = button('Settings', () => setOpen(element.hidden), 'quiet');
  toggle.setAttribute('aria-controls', 'panel');
  setOpen(false);
  element.addEventListener('keydown', (event) => {
    if (event.key !== 'Escape') return;
    setOpen(false);
    toggle.focus();
  });
  const update: Part['update'] = (view) => parts.forEach((part) => part.update(view));
  return { part: { element, update }, toggle, setOpen };
}

interface Actors {
  readonly session: AppSession;
  readonly shell: AppShell | null;
  readonly panel: Panel;
}

function act(action: NonNullable<NoticeAction>, { session, shell, panel }: Actors): void {
  switch (action) {
    case 'settings':
      panel.setOpen(true);
      break;
    case 'start':
      void session.start();
      break;
    case 'retry':
      void session.load();
      break;
    case 'resume':
      session.setPaused(false);
      void session.load();
      break;
    case 'clean-up':
      void session.cleanUp();
      break;
    case 'update':
      if (shell !== null) void takeUpdate(session, shell);
      break;
  }
}
