// One stage's engine: what was chosen for this device and why, and a list to choose another from. Main thread.
import type { ChosenStage } from '../index.ts';
import { settingOf, toChoiceWords } from './device-words.ts';
import { h, labelledSelect, setText } from './dom.ts';
import type { Part } from './dom.ts';
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

export function createChoicePart(options: ChoiceOptions): Part {
  const { stage, label, onChoose, others = [], autoLabel = 'Automatic' } = options;
  const first = [[AUTO, autoLabel]] as const;
  const { element, select } = labelledSelect(label, first, onChoose);
  const why = h('p', { class: 'hint' });
  let shown: AppView['device'] = null;
  return {
    element: h('div', { class: 'choice' }, [element, why]),
    update({ settings, device }) {
      const setting = settingOf(settings, stage);
      if (device !== shown || select.options.length === 1) {
        shown = device;
        select.replaceChildren(...toOptions([...first, ...toPairs(device, stage), ...others]));
      }
      select.value = setting;
      const choice = device?.choices.find((each) => each.stage === stage);
      setText(why, toChoiceWords(choice, setting));
      why.hidden = why.textContent === '' || setting === 'endpoint';
    },
  };
}

function toPairs(device: AppView['device'], stage: ChosenStage): [string, string][] {
  const offers = (device?.offers ?? []).filter((offer) => offer.stage === stage);
  return offers.map(({ engine, name }) => [engine, name]);
}

function toOptions(pairs: readonly (readonly [string, string])[]): HTMLOptionElement[] {
  return pairs.map(([value, text]) => h('option', { value }, [text]));
}
