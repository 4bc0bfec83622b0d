// One stage's engine: what was chosen for this device and why, and a list to choose another from. Main thread.
import type { ChosenStage } from '../index.ts';
import { settingOf, toChoiceWords } from './device-words.ts';
import { h, setText } from './dom.ts';
import type { Part } from './dom.ts';
import { createOfferSelect } from './offer-select.ts';
import { AUTO } from './settings.ts';
import type { AppView } from './view-model.ts';

export interface ChoiceOptions {
  readonly stage: ChosenStage;
  readonly label: string;
  /** What `auto` means for this stage. Default 'Automatic'. */
  readonly autoLabel?: string;
  /** Pairs of value and text, besides the engines of this site. */
  readonly others?: readonly (readonly [string, string])[];
  readonly onChoose: (value: string) => void;
}

const SETTINGS = { stt: 'recogniser', llm: 'languageModel', tts: 'voice' } as const;

export function createChoicePart(options: ChoiceOptions): Part {
  const { stage, label, onChoose, others = [], autoLabel = 'Automatic' } = options;
  const list = createOfferSelect({
    ...{ label, onChoose, setting: SETTINGS[stage] },
    toPairs: ({ device }) => [[AUTO, autoLabel], ...toPairs(device, stage)],
    others: { label: 'Not of this site', pairs: others },
    toValue: ({ settings }) => settingOf(settings, stage),
  });
  const why = h('p', { class: 'hint' });
  return {
    element: h('div', { class: 'choice' }, [list.element, why]),
    update(view) {
      list.update(view);
      const setting = settingOf(view.settings, stage);
      const choice = view.device?.choices.find((each) => each.stage === stage);
      setText(why, toChoiceWords(choice, setting));
      why.hidden = why.textContent === '' || view.settings.endpoints[stage] !== null;
    },
  };
}

function toPairs(device: AppView['device'], stage: ChosenStage): [string, string][] {
  const offers = (device?.offers ?? []).filter((offer) => offer.stage === stage);
  return offers.map(({ engine, name }) => [engine, name]);
}
