// What is said otherwise than it is written, language by language.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { toSpokenForm } from '../../../src/text/speech-normaliser.ts';

const say = (text: string, language = 'en-US'): string => toSpokenForm(text, language).text;

describe('English', () => {
  test.each([
    ['I have 3 cats and 21 dogs.', 'I have three cats and twenty-one dogs.'],
    [
      '1,234,567 of 1000000',
      'one million two hundred thirty-four thousand five hundred sixty-seven of one million',
    ],
    ['3.14, -5 and 007', 'three point one four, minus five and zero zero seven'],
    ['GPT-4o plays MP3 and B2B', 'GPT-four o plays MP three and B two B'],
    [
      '12345678901234567',
      'one two three four five six seven eight nine zero one two three four five six seven',
    ],
  ])('numbers: %j', (text, expected) => {
    expect(say(text)).toBe(expected);
  });

  test.each([
    ['$5.20', 'five dollars and twenty cents'],
    ['$1, £0.99, 20 €', 'one dollar, ninety-nine pence, twenty euros'],
    ['€1,234.56', 'one thousand two hundred thirty-four euros and fifty-six cents'],
    ['$5.2 million or $3bn', 'five point two million dollars or three billion dollars'],
    ['-$3', 'minus three dollars'],
    ['$4.5', 'four point five dollars'],
  ])('prices: %j', (text, expected) => {
    expect(say(text)).toBe(expected);
  });

  test.each([
    ['5 km at 60 km/h', 'five kilometers at sixty kilometers per hour'],
    ['-5°C or 1 kg', 'minus five degrees Celsius or one kilogram'],
    ['100% and 3.5 GHz', 'one hundred percent and three point five gigahertz'],
    ['a 5-year-old in 5 minutes', 'a five-year-old in five minutes'],
  ])('measures: %j', (text, expected) => {
    expect(say(text)).toBe(expected);
  });

  test.each([
    ['2026-11-22', 'November twenty-second, twenty twenty-six'],
    ['11/12/2026', 'November twelfth, twenty twenty-six'],
    ['Nov. 22, 2026.', 'November twenty-second, twenty twenty-six.'],
    ['the 4th of July', 'the July fourth'],
    ['On 22 November.', 'On November twenty-second.'],
    ['You may 5 times', 'You may five times'],
    ['in 1999, 2005 and 2026', 'in nineteen ninety-nine, two thousand five and twenty twenty-six'],
    ['the 1990s and the 80s', 'the nineteen nineties and the eighties'],
    ['at 14:30 or 3:05 pm', 'at fourteen thirty or three oh five P M'],
    ['3 p.m. sharp, then 9am.', 'three P M sharp, then nine A M.'],
    ['12:00', "twelve o'clock"],
  ])('dates and times: %j', (text, expected) => {
    expect(say(text)).toBe(expected);
  });

  test.each([
    ['https://www.example.com/docs/a_b', 'example dot com slash docs slash a underscore b'],
    ['see github.com/foo-bar.', 'see github dot com slash foo dash bar.'],
    ['https://example.com/search?q=1&r=2', 'example dot com'],
    ['ann.lee@example.co.uk', 'ann dot lee at example dot co dot uk'],
    [
      'v1.2.3 at 192.168.0.1',
      'version one point two point three at one hundred ninety-two dot one hundred sixty-eight dot zero dot one',
    ],
    ['call 555-1234', 'call five five five, one two three four'],
    ['End.Start again', 'End.Start again'],
  ])('addresses: %j', (text, expected) => {
    expect(say(text)).toBe(expected);
  });

  test.each([
    ['Dr. Smith & Mrs. Jones', 'Doctor Smith and Missus Jones'],
    ['2+2=4, 3 × 4', 'two plus two equals four, three times four'],
    ['Done 👍🏽!', 'Done!'],
    ['Yes 😀 and no 🇩🇪', 'Yes  and no'],
    ['10-20 and 2019–2021', 'ten to twenty and twenty nineteen to twenty twenty-one'],
    ['1/2 cup, 24/7', 'one half cup, twenty-four seven'],
    [
      'World War II, Henry VIII, the part I like',
      'World War two, Henry the eighth, the part I like',
    ],
    ['1st, 22nd, No. 5, #1', 'first, twenty-second, number five, number one'],
    ['well-known and self-made', 'well-known and self-made'],
  ])('signs and short forms: %j', (text, expected) => {
    expect(say(text)).toBe(expected);
  });
});

test.each([
  [
    'en-GB',
    'On 11/12/2026, 101 people',
    'On the eleventh of December, twenty twenty-six, one hundred and one people',
  ],
  [
    'de',
    'Am 22. November 2026 um 14:30 Uhr',
    'Am zweiundzwanzigsten November zweitausendsechsundzwanzig um vierzehn Uhr dreißig',
  ],
  [
    'de',
    '3,50 €, 1.234 km, 50 %, 1999',
    'drei Euro fünfzig Cent, eintausendzweihundertvierunddreißig Kilometer, fünfzig Prozent, neunzehnhundertneunundneunzig',
  ],
  [
    'fr',
    'Le 1er mars 2026 à 14h30, 3,50 €',
    'Le premier mars deux mille vingt-six à quatorze heures trente, trois euros cinquante centimes',
  ],
  [
    'es',
    'El 22 de noviembre de 2026, 1.234 km',
    'El veintidós de noviembre de dos mil veintiséis, mil doscientos treinta y cuatro kilómetros',
  ],
  ['it', '22 novembre 2026, 50 %', 'ventidue novembre duemilaventisei, cinquanta per cento'],
  [
    'pt',
    '22 de novembro de 2026, R$ 5,00',
    'vinte e dois de novembro de dois mil e vinte e seis, cinco reais',
  ],
  [
    'ru',
    '22 ноября 2026, 21 км, 22 км, 25 км',
    'двадцать второго ноября две тысячи двадцать шестого года, двадцать один километр, двадцать два километра, двадцать пять километров',
  ],
  ['ja', '2026年11月22日、50%', '二千二十六年十一月二十二日、五十パーセント'],
  ['zh', '2026年11月22日，50%，10个', '二零二六年十一月二十二日，百分之五十，十个'],
  ['nl', 'Prijs: 5 🎉', 'Prijs: 5'],
])('%s: %j', (language, text, expected) => {
  expect(say(text, language)).toBe(expected);
});

describe('any text', () => {
  const languages = ['en-US', 'en-GB', 'de', 'fr', 'es', 'it', 'pt', 'ru', 'ja', 'zh', 'nl'];
  const fragment = fc.oneof(
    fc.string({ unit: 'grapheme', maxLength: 12 }),
    fc.string({
      unit: fc.constantFrom(...Array.from('0123456789.,:/-–$€%°@# amkgIVXthst')),
      maxLength: 16,
    }),
  );
  const texts = fc.array(fragment, { maxLength: 6 }).map((parts) => parts.join(' '));

  test('has a spoken form without Western digits, and offsets that lead back in order', () => {
    fc.assert(
      fc.property(texts, fc.constantFrom(...languages), (text, language) => {
        const form = toSpokenForm(text, language);
        if (language !== 'nl') expect(form.text).not.toMatch(/[0-9]/u);
        let before = 0;
        for (let at = 0; at <= form.text.length; at += 1) {
          const end = form.toWrittenEnd(at);
          expect(end).toBeGreaterThanOrEqual(before);
          expect(end).toBeLessThanOrEqual(text.length);
          expect(form.toWrittenStart(at)).toBeLessThanOrEqual(text.length);
          before = end;
        }
      }),
      { numRuns: 2_000 },
    );
  });
});
