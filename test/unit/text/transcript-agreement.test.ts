import fc from 'fast-check';
import { expect, test } from 'vitest';
import { TranscriptAgreement } from '../../../src/text/transcript-agreement.ts';

function feed(...transcripts: readonly string[]) {
  const agreement = new TranscriptAgreement();
  return transcripts.map((transcript) => agreement.update(transcript));
}

test('a word settles when two decodes in a row agree on it and on all before it', () => {
  expect(
    feed('He was', 'He was not', 'He was not an ill-sized', 'He was not an ill-disposed'),
  ).toEqual([
    { text: 'He was', stableText: '' },
    { text: 'He was not', stableText: 'He was' },
    { text: 'He was not an ill-sized', stableText: 'He was not' },
    { text: 'He was not an ill-disposed', stableText: 'He was not an' },
  ]);
});

test('case and punctuation do not keep words from settling', () => {
  expect(feed('Had he merry?', 'had he, married a').at(-1)).toEqual({
    text: 'had he, married a',
    stableText: 'had he',
  });
});

test('punctuation after the last settled word stays open, and follows the newest decode', () => {
  const shown = feed('Well.', 'Well, then', 'Well then go', 'Well, then go on');
  expect(shown.map((one) => one.stableText)).toEqual(['', 'Well', 'Well then', 'Well then go']);
  expect(shown.map((one) => one.text)).toEqual([
    'Well.',
    'Well, then',
    'Well then go',
    'Well then go on',
  ]);
});

test('settled words survive a decode that contradicts them, and its remaining words follow once', () => {
  const shown = feed("I'm less to be", "I'm less to be rather", 'Unless to be rather cold');
  expect(shown.at(-1)).toEqual({
    text: "I'm less to be rather cold",
    stableText: "I'm less to be rather",
  });
});

test('words that a later decode parts or joins are not said twice', () => {
  const shown = feed(
    'had he amore',
    'had he amore ami',
    'had he a more amiable',
    'had he a more amiable woman',
  );
  expect(shown.at(-1)).toEqual({
    text: 'had he amore amiable woman',
    stableText: 'had he amore amiable',
  });
});

test('a shorter decode takes back the tail only', () => {
  expect(feed('one two three', 'one two four', 'one').at(-1)).toEqual({
    text: 'one two',
    stableText: 'one two',
  });
});

test('an empty transcript settles nothing', () => {
  expect(feed('', '')).toEqual([
    { text: '', stableText: '' },
    { text: '', stableText: '' },
  ]);
});

test('whatever the decodes say, settled text only grows and starts the text', () => {
  const word = fc.constantFrom('a', 'b', 'B.', 'c,', '-', '5%', 'don’t');
  const transcripts = fc.array(fc.array(word, { maxLength: 8 }).map((words) => words.join(' ')));
  fc.assert(
    fc.property(transcripts, (history) => {
      let before = '';
      for (const { text, stableText } of feed(...history)) {
        expect(stableText.startsWith(before)).toBe(true);
        expect(text.startsWith(stableText)).toBe(true);
        before = stableText;
      }
    }),
  );
});
