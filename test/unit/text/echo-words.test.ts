import fc from 'fast-check';
import { expect, test } from 'vitest';
import { withoutEcho } from '../../../src/text/echo-words.ts';

const SPOKEN =
  'The capital of France is Paris. It has about 2 million people, and the weather is lovely in ' +
  'September. Please hold on while I report it today.';

// Mistakes as a small recogniser makes them: like sounds, parted, joined, lost and halved words.
test.each([
  ['The capital of France is Paris.', ''],
  ['the capital of trance is Parish', ''],
  ['tal of France is Paris', ''],
  ['people and the weath', ''],
  ['It has about two million people.', ''],
  ['while I re port it to day', ''],
  ['capital France Paris', ''],
  ['is lovely in uh September', ''],
  ['September', ''],
  ['please hold on while', ''],
])('all of "%s" is echo', (heard, left) => {
  expect(withoutEcho(heard, SPOKEN, 'en')).toBe(left);
});

test.each([
  ['Stop.', 'Stop.'],
  ['the capital stop of France', 'stop'],
  ['the capital stop France is', 'stop'],
  ['of France is Paris wait', 'wait'],
  ['No, the capital of Germany!', 'No, Germany!'],
  ['What about Berlin?', 'What about Berlin?'],
  ['lovely in September. Tell me more', 'Tell me more'],
  ['Can you the capital of France is go slower', 'Can you go slower'],
  ['hold on', 'hold on'],
  ['Paris', 'Paris'],
  ['', ''],
])('of "%s" the person said "%s"', (heard, left) => {
  expect(withoutEcho(heard, SPOKEN, 'en')).toBe(left);
});

test('a "stop" that the agent says is echo only beside others of its words', () => {
  const spoken = 'The bus will stop near the station.';
  expect(withoutEcho('Stop.', spoken, 'en')).toBe('Stop.');
  expect(withoutEcho('bus will stop near', spoken, 'en')).toBe('');
  expect(withoutEcho('stop stop', spoken, 'en')).toBe('stop stop');
});

test('a long word is echo alone only when the agent says it once', () => {
  expect(withoutEcho('elephants', 'We saw elephants there.', 'en')).toBe('');
  const twice = 'Elephants are big, and elephants are grey.';
  expect(withoutEcho('elephants', twice, 'en')).toBe('elephants');
});

test('lost words do not end a run, and figures may be heard as words', () => {
  const spoken = 'You can go to the sea. The tower was built in 1889 and is tall.';
  expect(withoutEcho('can the sea', spoken, 'en')).toBe('');
  expect(withoutEcho('built in eighteen eighty nine and is', spoken, 'en')).toBe('');
  expect(withoutEcho('was 20 and', 'It was twenty and fine.', 'en')).toBe('');
});

test('in Chinese and Japanese characters are compared', () => {
  const chinese = '我觉得今天天气很好，适合出门。';
  expect(withoutEcho('今天天气很好，停一下', chinese, 'zh')).toBe('停一下');
  expect(withoutEcho('今天', chinese, 'zh')).toBe('今天');
  expect(withoutEcho('待って、東京の天気は', '東京の天気は晴れです。', 'ja')).toBe('待って、');
});

test('a language without a table is compared too', () => {
  expect(withoutEcho('været er fint nei', 'I dag er været er fint.', 'nb')).toBe('nei');
});

const agentWord = fc.constantFrom(
  ...'river mountain yellow seven under bridge people walking slowly garden'.split(' '),
);
const personWord = fc.constantFrom(...'qqu xxvi zzyb kkof jjw'.split(' '));

test('what the agent says, from anywhere in it, leaves nothing', () => {
  const text = fc.array(agentWord, { minLength: 2, maxLength: 20 });
  fc.assert(
    fc.property(text, fc.nat(), fc.nat(), (words, first, length) => {
      const from = first % (words.length - 1);
      const heard = words.slice(from, from + 2 + (length % words.length));
      expect(withoutEcho(heard.join(' '), words.join(' '), 'en')).toBe('');
    }),
  );
});

test('words that sound like none of the agent stay, in their order and form', () => {
  const heard = fc.array(personWord, { maxLength: 12 }).map((words) => words.join(', '));
  const spoken = fc.array(agentWord, { maxLength: 20 }).map((words) => words.join(' '));
  fc.assert(
    fc.property(heard, spoken, (person, agent) => {
      expect(withoutEcho(person, agent, 'en')).toBe(person);
    }),
  );
});

test('what is left was heard, in order, whatever the two texts', () => {
  const text = fc.array(fc.oneof(agentWord, personWord, fc.constantFrom('stop', '5', "it's", '-')));
  fc.assert(
    fc.property(text, text, (person, agent) => {
      const left = withoutEcho(person.join(' '), agent.join(' '), 'en').split(' ');
      const heard = [...person];
      for (const word of left.filter((one) => one !== '')) {
        const at = heard.indexOf(word);
        expect(at).toBeGreaterThanOrEqual(0);
        heard.splice(0, at + 1);
      }
    }),
  );
});

test('a "stop" that the agent never says always stays', () => {
  const agent = fc.array(agentWord, { minLength: 1, maxLength: 15 });
  fc.assert(
    fc.property(agent, fc.nat(), (words, at) => {
      const heard = words.toSpliced(at % (words.length + 1), 0, 'stop');
      expect(withoutEcho(heard.join(' '), words.join(' '), 'en').split(' ')).toContain('stop');
    }),
  );
});
