import { expect, test } from 'vitest';
import { toKokoroPhonemes } from '../../../workers/engines/kokoro-phonemes.ts';

test.each([
  // Words, eSpeak IPA, and what Kokoro was trained on.
  ['hello world', 'həlˈoʊ wˈɜːld', 'həlˈO wˈɜɹld'],
  ['better little water', 'bˈɛɾɚ lˈɪɾəl wˈɔːɾɚ', 'bˈɛTəɹ lˈɪTᵊl wˈɔTəɹ'],
  ['a boy, alone', 'ɐ bˈɔɪ ɐlˈoʊn', 'ɐ bˈY əlˈOn'],
  ['judge chew', 'dʒˈʌdʒ tʃˈuː', 'ʤˈʌʤ ʧˈu'],
  ['button', 'bˈʌʔn̩', 'bˈʌtᵊn'],
  ['four', 'fˈoːɹ', 'fˈɔɹ'],
  ['my day now', 'maɪ dˈeɪ nˈaʊ', 'mI dˈA nˈW'],
  ['family', 'fˈæməli', 'fˈæməli'],
  ['loch, 1990s', 'lˈɑːx nˈaɪnti z', 'lˈɑk nˈIntiz'],
  ['garden', 'ɡˈɑːɹdən', 'ɡˈɑɹdən'],
])('American: %s', (_words, ipa, expected) => {
  expect(toKokoroPhonemes(ipa, 'en-US')).toBe(expected);
});

test.each([
  ['go home', 'ɡˈəʊ hˈəʊm', 'ɡˈQ hˈQm'],
  ['nurse', 'nˈɜːs', 'nˈɜːs'],
  ['fair', 'fˈeə', 'fˈɛː'],
  ['Parliament', 'pˈɑːləmənt', 'pˈɑːləmənt'],
])('British: %s', (_words, ipa, expected) => {
  expect(toKokoroPhonemes(ipa, 'en-GB')).toBe(expected);
});
