// Errors in words, as the notices at the top of the page. Main thread, pure.
import type { ErrorRecord } from '../index.ts';

/** What the button of a notice does; null shows none. */
export type NoticeAction = 'retry' | 'start' | 'settings' | 'update' | 'resume' | 'clean-up' | null;

export interface Notice {
  /** One notice per code: a newer one replaces it. */
  readonly id: string;
  readonly title: string;
  readonly text: string;
  /** How the conversation goes on; empty when the text says it. */
  readonly advice: string;
  readonly action: NoticeAction;
}

/** Notices shown at once; the oldest leaves first. */
const MAX_NOTICES = 3;

const TYPE_INSTEAD = 'You can go on by typing.';
const TYPE_MEANWHILE = 'The conversation is kept. Try again, or go on with other settings.';

type Words = Omit<Notice, 'id' | 'text'>;

const WORDS = {
  'microphone-denied': microphone('The microphone is blocked'),
  'microphone-missing': microphone('No microphone was found'),
  'microphone-busy': microphone('The microphone is in use elsewhere'),
  'microphone-lost': microphone('The microphone was lost'),
  'audio-unavailable': {
    title: 'This page cannot play sound',
    advice: 'Answers are shown as text.',
    action: 'retry',
  },
  'model-download-failed': model('A model could not be loaded'),
  'model-integrity': model('A model file is damaged'),
  'model-invalid': model('A model cannot be used'),
  'worker-load-failed': model('A part of the page could not be loaded'),
  'worker-crashed': model('A part of the agent stopped'),
  'worker-timeout': model('A part of the agent does not answer'),
  'gpu-lost': graphics('The graphics processor was lost'),
  'self-test-failed': graphics('A model comes out wrong on the graphics processor'),
  unsupported: { title: 'This is not available here', advice: '', action: null },
  'llm-request-failed': languageModel('The language model could not be reached'),
  'llm-stalled': languageModel('The language model stopped answering'),
  'llm-incomplete': languageModel('The answer was cut short'),
  'stt-request-failed': {
    title: 'The recogniser could not be reached',
    advice: 'Say it again, type it, or choose another recogniser.',
    action: 'settings',
  },
  'stt-timeout': {
    title: 'Your words were not understood in time',
    advice: 'Please say it again, or type it.',
    action: null,
  },
  'tts-request-failed': {
    title: 'The voice could not be reached',
    advice: 'The answer is shown as text.',
    action: 'settings',
  },
  'synthesis-failed': {
    title: 'The voice failed',
    advice: 'The answer is shown as text.',
    action: 'settings',
  },
  'tool-failed': { title: 'A tool failed', advice: '', action: null },
  'queue-overflow': { title: 'The device cannot keep up', advice: TYPE_INSTEAD, action: null },
  'invalid-data': { title: 'Something unreadable arrived', advice: '', action: null },
  disposed: { title: 'The agent has ended', advice: 'Reload the page.', action: null },
  internal: { title: 'Something went wrong', advice: TYPE_MEANWHILE, action: 'retry' },
} satisfies Record<ErrorRecord['code'], Words>;

function microphone(title: string): Words {
  return { title, advice: TYPE_INSTEAD, action: 'start' };
}

function model(title: string): Words {
  return { title, advice: TYPE_MEANWHILE, action: 'retry' };
}

/** Another engine has taken over: the settings have it tested again. */
function graphics(title: string): Words {
  return { title, advice: '', action: 'settings' };
}

function languageModel(title: string): Words {
  return {
    title,
    advice: 'Ask again, or choose another language model in the settings.',
    action: 'settings',
  };
}

/** The error's own message says what to do about its cause; the words around it are the page's. */
export function toNotice(error: Pick<ErrorRecord, 'code' | 'message'>): Notice {
  return { id: error.code, text: error.message, ...WORDS[error.code] };
}

/** Adds a notice, in the place of an older one with its id. */
export function addNotice(notices: readonly Notice[], notice: Notice): Notice[] {
  const others = notices.filter((other) => other.id !== notice.id);
  return [...others, notice].slice(-MAX_NOTICES);
}
