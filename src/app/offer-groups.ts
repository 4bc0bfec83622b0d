// Options of a list by where they are fetched from, each with what it would fetch. Main thread, pure.
import { missingOf, toOfferWords, toSourceWords } from './downloads.ts';
import type { Here } from './downloads.ts';
import type { OptionGroup } from './dom.ts';
import { toOfferKey } from './offers.ts';
import type { OfferedSetting, Offers } from './offers.ts';

const NOTHING = 'Nothing to fetch';

/** Options with what they would fetch behind them. @param pairs of value and text */
export function withOffers(
  pairs: readonly (readonly [string, string])[],
  setting: OfferedSetting,
  { offers, ...here }: Here & { readonly offers: Offers },
): [string, string][] {
  return pairs.map(([value, text]) => {
    const needed = offers[toOfferKey(setting, value)];
    const words = needed === undefined ? '' : toOfferWords(needed, here);
    return [value, words === '' ? text : `${text} · ${words}`];
  });
}

/** @param pairs of value and text, in the order of the list */
export function toGroups(
  pairs: readonly (readonly [string, string])[],
  setting: OfferedSetting,
  view: Here & { readonly offers: Offers },
): OptionGroup[] {
  const groups = new Map<string, [string, string][]>();
  for (const pair of withOffers(pairs, setting, view)) {
    const needed = view.offers[toOfferKey(setting, pair[0])];
    const label = needed === undefined ? '' : toLabel(needed, view);
    groups.set(label, [...(groups.get(label) ?? []), pair]);
  }
  return [...groups].map(([label, own]) => ({ label, pairs: own }));
}

function toLabel(needed: Offers[string], here: Here): string {
  const missing = missingOf(needed, here);
  if (missing.length === 0) return NOTHING;
  const hosts = new Set(missing.map(({ download }) => toSourceWords(download)));
  return `Fetched from ${[...hosts].join(' and ')}`;
}
