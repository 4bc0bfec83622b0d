// A list of options, each with what it would fetch, from where and under which licence. Main thread.
import { fillGroups, labelledSelect } from './dom.ts';
import type { OptionGroup, Part } from './dom.ts';
import { toGroups, withOffers } from './offer-groups.ts';
import type { OfferedSetting } from './offers.ts';
import type { AppView } from './view-model.ts';

export interface OfferSelectOptions {
  readonly label: string;
  readonly setting: OfferedSetting;
  /** Pairs of value and text of what runs here. */
  readonly toPairs: (view: AppView) => readonly (readonly [string, string])[];
  /** What is not of this site. Default none. */
  readonly others?: OptionGroup;
  /** The option that is set. */
  readonly toValue: (view: AppView) => string;
  readonly onChoose: (value: string) => void;
}

export function createOfferSelect(options: OfferSelectOptions): Part {
  const { label, setting, toPairs, others, toValue, onChoose } = options;
  const { element, select } = labelledSelect(label, [], onChoose);
  let shown = '';
  return {
    element,
    update(view) {
      const own = toGroups(toPairs(view), setting, view);
      const groups = [...own, ...toOthers(others, setting, view)];
      const key = JSON.stringify(groups);
      if (key !== shown) fillGroups(select, groups);
      shown = key;
      select.value = toValue(view);
    },
  };
}

function toOthers(
  others: OptionGroup | undefined,
  setting: OfferedSetting,
  view: AppView,
): OptionGroup[] {
  if (others === undefined || others.pairs.length === 0) return [];
  return [{ label: others.label, pairs: withOffers(others.pairs, setting, view) }];
}
