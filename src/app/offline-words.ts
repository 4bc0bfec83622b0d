// Whether the page works without a network, and what left it, in words that claim no more than is known. Main
// thread, pure.
import type { ChosenStage } from '../index.ts';
import type { ShellState } from '../offline/app-shell.ts';
import type { AppView } from './view-model.ts';

export interface OfflineWords {
  /** Empty where nothing is known. */
  readonly words: string;
  /** Whole sentences. */
  readonly detail: string;
}

/** What is said of the agent; the rest of the view says nothing of the network. */
export type OfflineView = Pick<AppView, 'models' | 'storedModels' | 'device'>;

/** Engines of the browser's own: what they send passes no service worker. */
const UNSEEN: ReadonlySet<string> = new Set(['web-speech', 'browser']);
const UNSEEN_WORDS = {
  stt: 'The browser’s recogniser may send audio',
  llm: 'The browser’s language model may use the network',
  tts: 'The system’s voice may send text',
} satisfies Record<ChosenStage, string>;

const STAGES = {
  stt: 'recognition',
  llm: 'the language model',
  tts: 'the voice',
} satisfies Record<ChosenStage, string>;

const COUNTED = 'in all its tabs since this one was opened, by the count of its service worker.';

/**
 * "Offline" is said of a page that is kept, whose models are all on the device, and no stage of which runs
 * elsewhere. The count is the service worker's own: of the app, not of one page.
 */
export function describeOffline(state: ShellState, view: OfflineView): OfflineWords {
  if (!state.isKept) return state.isRefused ? REFUSED : { words: '', detail: '' };
  const needs = findNeeds(view);
  return state.isCounting ? describeCount(state, needs) : describeFirstVisit(needs);
}

const REFUSED: OfflineWords = {
  words: 'Not kept for offline',
  detail:
    'The browser has no room for this app, or does not allow it any: the app works, and needs the network at each visit.',
};

function describeFirstVisit({ words, detail }: OfflineWords): OfflineWords {
  const page = 'This page is kept on this device';
  if (words !== '') return { words: 'Page kept for offline', detail: `${page}. ${detail}` };
  return {
    words: 'Kept for offline',
    detail: `${page}, and so are its models: from the next visit on it needs no network.`,
  };
}

function describeCount({ requestsLeft, hosts }: ShellState, needs: OfflineWords): OfflineWords {
  const join = (...sentences: string[]): string =>
    sentences.filter((each) => each !== '').join(' ');
  if (requestsLeft > 0) {
    const sent = toNoun(requestsLeft, 'request');
    const whom = `To: ${hosts.join(', ')}.`;
    return {
      words: `${sent} sent`,
      detail: join(`${sent} left this app ${COUNTED}`, whom, needs.detail),
    };
  }
  const none = `No request left this app ${COUNTED}`;
  if (needs.words === '') return { words: 'Offline: 0 requests', detail: none };
  return { words: needs.words, detail: join(none, needs.detail) };
}

/** What keeps the conversation from being offline; empty words when nothing does. The badge has room for one. */
function findNeeds({ models, storedModels, device }: OfflineView): OfflineWords {
  if (device === null || models === null || storedModels === null) {
    return {
      words: '0 requests sent',
      detail: 'What this device has of its models is not known yet.',
    };
  }
  const unseen = device.choices.filter(({ engine }) => UNSEEN.has(engine));
  const [first] = unseen;
  if (first !== undefined) {
    const detail = unseen.map(
      ({ stage }) => `${UNSEEN_WORDS[stage]}, which no count of this page sees.`,
    );
    return { words: UNSEEN_WORDS[first.stage], detail: detail.join(' ') };
  }
  const remote = device.choices.filter(({ engine }) => engine === 'openai');
  if (remote.length > 0) {
    const stages = remote.map(({ stage }) => STAGES[stage]).join(', ');
    return { words: '0 requests sent', detail: `Needs the network for: ${stages}.` };
  }
  const missing = models.filter(
    ({ id }) => !storedModels.some(({ modelId, isComplete }) => modelId === id && isComplete),
  );
  if (missing.length === 0) return { words: '', detail: '' };
  return {
    words: `0 requests sent, ${toNoun(missing.length, 'model')} missing`,
    detail: `Not on this device yet: ${missing.map(({ name }) => name).join(', ')}.`,
  };
}

function toNoun(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
