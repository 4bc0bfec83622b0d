import { expect, test } from 'vitest';
import { toLanguageTag } from '../../../src/text/language-names.ts';

test.each([
  ['english', 'en'],
  ['German', 'de'],
  ['haitian creole', 'ht'],
  ['Māori', 'mi'],
  ['maori', 'mi'],
  ['lao', 'lo'],
  ['castilian', 'es'],
  ['hebrew', 'he'],
  ['de', 'de'],
  ['PT-BR', 'pt'],
  ['zh_Hans', 'zh'],
  ['yue', 'yue'],
  ['jw', 'jv'],
])('%s is %s', (name, tag) => {
  expect(toLanguageTag(name)).toBe(tag);
});

test.each([undefined, null, 7, '', 'und', 'auto', 'not a language', '<|en|>'])(
  '%j is no language',
  (value) => expect(toLanguageTag(value)).toBeNull(),
);
