// The state of the conversation in a few words, and which controls it offers. Main thread, pure.
import { toPercent } from './format.ts';
import { WAKE_PHRASE } from './settings.ts';
import type { AppSettings } from './settings.ts';
import { isLoading, toLoadProgress } from './view-model.ts';
import type { AppView } from './view-model.ts';

/** What the indicator's colour says; the words say it too. */
export type StatusTone = 'off' | 'busy' | 'listening' | 'speaking' | 'trouble';

export interface StatusWords {
  readonly tone: StatusTone;
  readonly words: string;
}

export function toStatus(view: AppView): StatusWords {
  const { agent } = view.state;
  if (agent === 'thinking') return { tone: 'busy', words: view.progress ?? 'Thinking' };
  if (agent === 'held') return { tone: 'listening', words: 'Paused, listening to you' };
  if (agent === 'speaking') return { tone: 'speaking', words: 'Speaking' };
  if (isLoading(view)) return loadingStatus(view);
  return agent === 'off' ? { tone: 'off', words: 'Not started' } : idleStatus(view);
}

function loadingStatus(view: AppView): StatusWords {
  const { loadedBytes, totalBytes } = toLoadProgress(view);
  const percent = toPercent(loadedBytes, totalBytes);
  const isArriving = percent < 100 && totalBytes > 0;
  return { tone: 'busy', words: isArriving ? `Loading, ${percent} %` : 'Getting ready' };
}

function idleStatus(view: AppView): StatusWords {
  const { microphone, user } = view.state;
  switch (microphone) {
    case 'on':
      if (user === 'speaking') return { tone: 'listening', words: 'Hearing you' };
      return { tone: 'listening', words: toListeningWords(view.settings) };
    case 'muted':
      return { tone: 'off', words: 'Muted' };
    case 'off':
      return { tone: 'off', words: 'Ready' };
    case 'denied':
      return { tone: 'trouble', words: 'Microphone blocked' };
    case 'missing':
      return { tone: 'trouble', words: 'No microphone' };
    case 'lost':
      return { tone: 'trouble', words: 'Microphone lost' };
  }
}

function toListeningWords({ mode, wakePhrase }: AppSettings): string {
  if (mode === 'push-to-talk') return 'Hold the button to talk';
  return mode === WAKE_PHRASE ? `Listening for “${wakePhrase}”` : 'Listening';
}

export interface Controls {
  /** What the main button does. */
  readonly main: 'start' | 'cancel' | 'stop';
  readonly mainLabel: string;
  readonly canMute: boolean;
  readonly isMuted: boolean;
  readonly canInterrupt: boolean;
  readonly hasPushToTalk: boolean;
  readonly hasCommit: boolean;
}

export function toControls(view: AppView): Controls {
  const { microphone, agent } = view.state;
  const isOpen = microphone === 'on' || microphone === 'muted';
  const main = view.isStarting ? 'cancel' : isOpen ? 'stop' : 'start';
  return {
    main,
    mainLabel: toMainLabel(main, agent === 'off' || agent === 'loading'),
    canMute: isOpen,
    isMuted: microphone === 'muted',
    canInterrupt: agent === 'thinking' || agent === 'speaking' || agent === 'held',
    hasPushToTalk: isOpen && view.settings.mode === 'push-to-talk',
    hasCommit: isOpen && view.settings.mode === 'manual',
  };
}

function toMainLabel(main: Controls['main'], isFirst: boolean): string {
  if (main === 'cancel') return 'Cancel';
  if (main === 'stop') return 'Stop';
  return isFirst ? 'Start' : 'Start talking';
}
