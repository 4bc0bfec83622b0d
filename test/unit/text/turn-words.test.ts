import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { countWords, judgeEnding, judgeWords, turnWordsOf } from '../../../src/text/turn-words.ts';
import type { Ending, TurnWords, WordsVerdict } from '../../../src/text/turn-words.ts';

const LANGUAGES = ['en', 'de', 'fr', 'es', 'it', 'pt', 'ru', 'zh', 'ja'];

function tableOf(language: string): TurnWords {
  const table = turnWordsOf(language);
  if (table === null) throw new Error(`no table for ${language}`);
  return table;
}

const VERDICTS: Readonly<Record<string, Readonly<Record<WordsVerdict, readonly string[]>>>> = {
  en: {
    none: ['', ' ... ', '-'],
    backchannel: [
      'Uh-huh.',
      'uh-huh, uh-huh',
      'Mm-hmm.',
      'Mmmm',
      'Mhm, okay.',
      'Okay, okay.',
      'Yeah, right.',
      'Oh, wow!',
      'I see.',
      'Got it, thanks.',
      'No problem.',
      'No worries, no worries.',
      'Um.',
      'Sooo...',
      'Yeah. No way!',
    ],
    stop: [
      'Stop!',
      'No.',
      'Nooo',
      'Wait, wait.',
      'No, no, wait.',
      'Please stop.',
      'Can you stop it?',
      'Hold on a second, I have a question about that.',
      'Okay, hang on.',
      'Um, excuse me?',
      'What?',
      'Why?',
      'Never mind',
      "I'm sorry",
      'No, I meant the other one over there.',
    ],
    words: [
      'I do not know when to stop by the house.',
      'Yeah, but I would like tea.',
      'Tell me a story.',
      'There are no apples left in the kitchen.',
      'know',
      'stopping',
      'Berlin',
    ],
  },
  de: {
    none: ['…'],
    backchannel: [
      'Mhm.',
      'Ja, ja.',
      'Ach so, okay.',
      'Genau, stimmt.',
      'Kein Problem!',
      'Alles klar',
    ],
    stop: [
      'Stopp!',
      'Warte mal.',
      'Nein, das meine ich nicht so.',
      'Ja, Moment',
      'Halt, halt',
      'Wie bitte?',
    ],
    words: [
      'Ich hätte gern einen Kaffee.',
      'Ich weiß nicht, wann der Bus am Halt steht.',
      'Berlin',
    ],
  },
  fr: {
    none: ['.'],
    backchannel: [
      "D'accord.",
      'Oui, oui.',
      'Ah bon, je vois',
      'Très bien, merci.',
      'Pas de problème',
      'Hum hum',
    ],
    stop: [
      'Arrête !',
      'Attendez, attendez',
      'Non, pas celui là, je voulais le bleu',
      'Euh, pardon ?',
      "Tais-toi s'il te plaît",
      'Excusez-moi',
    ],
    words: [
      'Je voudrais un café noir.',
      'Le train ne va pas à Lyon',
      "Il n'y a pas d'arrêt devant la maison",
    ],
  },
  es: {
    none: ['!'],
    backchannel: [
      'Ajá.',
      'Sí, sí.',
      'Vale, vale',
      'Ya veo, claro.',
      'No pasa nada',
      'Muy bien, gracias',
    ],
    stop: [
      '¡Para!',
      'Espera un momento.',
      'No, no es eso lo que quería decir',
      'Eh, perdona',
      '¿Qué?',
      'Sí, pero cállate',
    ],
    words: [
      'Quiero un café con leche',
      'La tienda está para siempre cerrada los domingos',
      'Madrid',
    ],
  },
  it: {
    none: ['...'],
    backchannel: [
      'Mm-hm.',
      'Sì, sì.',
      'Ah, ho capito.',
      "D'accordo, va bene",
      'Ma dai!',
      'Oh no, davvero?',
      'Ehm',
    ],
    stop: [
      'Fermati!',
      'Aspetta un attimo.',
      'No, volevo dire quello rosso',
      'Ehm, scusa',
      'Che cosa?',
      'Sì, ma basta',
    ],
    words: [
      'Vorrei un caffè macchiato',
      'Il treno per Milano non si ferma a Lodi la domenica',
      'Roma',
    ],
  },
  pt: {
    none: ['?'],
    backchannel: [
      'Hum hum.',
      'Sim, sim.',
      'Pois é, claro.',
      'Não faz mal',
      'Muito bem, obrigada',
      'Está bem',
      'É',
    ],
    stop: [
      'Para!',
      'Espera um pouco.',
      'Não, não era isso que eu queria dizer',
      'Bom, desculpa',
      'O quê?',
      'Sim, mas cala-te',
    ],
    words: [
      'Queria um café com leite',
      'A loja não abre aos domingos de manhã para ninguém',
      'Lisboa',
    ],
  },
  ru: {
    none: ['—'],
    backchannel: ['Угу.', 'Ага, понятно.', 'Да, да', 'Хорошо, ясно.', 'Всё ясно', 'Нет проблем'],
    stop: [
      'Стоп!',
      'Подожди, подожди',
      'Нет, я хотел другое совсем',
      'Ну хватит',
      'Что?',
      'Да, минутку',
    ],
    words: ['Расскажи мне историю', 'Я не знаю, где автобус делает стоп сегодня', 'Москва'],
  },
  zh: {
    none: ['。'],
    backchannel: [
      '嗯。',
      '嗯嗯，好的。',
      '对对对',
      '原来如此',
      '没问题，没问题',
      '好的，我知道了',
      'OK',
    ],
    stop: ['停！', '等一下', '不，不是', '那个，停一下', '别说了', '什么？', '好的，等等'],
    words: ['停车场在火车站的旁边吗', '对面的房子很漂亮', '给我讲一个故事', '北京'],
  },
  ja: {
    none: ['。'],
    backchannel: [
      'うん。',
      'うんうん、なるほど',
      'はい、はい',
      'そうですね。',
      'へえ、すごい',
      'わかりました',
    ],
    stop: [
      '待って！',
      'ちょっと待ってください',
      'いや、違います',
      'ストップ',
      'はい、でも待って',
      'え、何？',
    ],
    words: ['明日の天気を教えて', '何時に出発しますか', '東京'],
  },
};

describe.each(LANGUAGES)('%s', (language) => {
  const table = tableOf(language);
  const verdicts = VERDICTS[language];

  test('an utterance over the agent is told by its words', () => {
    for (const verdict of ['none', 'backchannel', 'stop', 'words'] as const) {
      const judged = verdicts![verdict].map((text) => [text, judgeWords(text, table)]);
      expect(judged).toEqual(verdicts![verdict].map((text) => [text, verdict]));
    }
  });

  test('every stop phrase cuts, every backchannel and filler does not, alone or twice', () => {
    const stop = new Set(table.stop);
    for (const phrase of table.stop) {
      expect([phrase, judgeWords(phrase, table)]).toEqual([phrase, 'stop']);
    }
    for (const phrase of [...table.backchannels, ...table.fillers].filter(
      (one) => !stop.has(one),
    )) {
      expect([phrase, judgeWords(phrase, table)]).toEqual([phrase, 'backchannel']);
      expect([phrase, judgeWords(`${phrase}, ${phrase}!`, table)]).toEqual([phrase, 'backchannel']);
      expect([phrase, countWords(phrase, language)]).toEqual([phrase, 0]);
    }
  });

  test('no phrase is both a stop phrase and a backchannel', () => {
    const backchannels = new Set(table.backchannels);
    expect(table.stop.filter((phrase) => backchannels.has(phrase))).toEqual([]);
  });

  test('case, marks and spaces around change nothing', () => {
    const phrase = fc.constantFrom(...table.stop, ...table.backchannels, ...table.unfinished);
    fc.assert(
      fc.property(fc.array(phrase, { minLength: 1, maxLength: 4 }), (parts) => {
        const text = parts.join(' ');
        const dressed = `  ${parts.join(', ').toUpperCase().toLowerCase()}... `;
        expect(judgeWords(dressed, table)).toBe(judgeWords(text, table));
        expect(judgeEnding(dressed, table)).toBe(judgeEnding(text, table));
      }),
    );
  });
});

const ENDINGS: readonly (readonly [string, string, Ending])[] = [
  ['en', 'I went to the store and.', 'unfinished'],
  ['en', 'Because my', 'unfinished'],
  ['en', 'I would like, um.', 'unfinished'],
  ['en', 'My name is.', 'unfinished'],
  ['en', 'What is the.', 'unfinished'],
  ['en', 'Tell me about.', 'unfinished'],
  ['en', 'My number is four two.', 'unfinished'],
  ['en', 'It is 555 0 1.', 'unfinished'],
  ['en', 'My number is five five five zero one two three four five six.', 'open'],
  ['en', 'I have forty two.', 'open'],
  ['en', 'I am 42.', 'open'],
  ['en', 'Wake me at 7:30.', 'open'],
  ['en', 'It costs 3.50', 'open'],
  ['en', 'There were 10,000.', 'open'],
  ['en', 'How much is 2 + 2?', 'closed-question'],
  ['en', 'My number is +49 171', 'unfinished'],
  ['en', 'My number is 555-01', 'unfinished'],
  ['en', 'What is the capital of France.', 'closed-question'],
  ['en', 'Do you know what time it is.', 'closed-question'],
  ['en', 'Where are you from.', 'closed-question'],
  ['en', "It's warm today, isn't it.", 'closed-question'],
  ['en', 'What?', 'open'],
  ['en', 'I like the blue one.', 'open'],
  ['en', '', 'open'],
  ['de', 'Ich möchte einen', 'unfinished'],
  ['de', 'Mein Name ist', 'unfinished'],
  ['de', 'Weißt du, wie spät es ist?', 'closed-question'],
  ['de', 'Wo ist der Bahnhof.', 'closed-question'],
  ['de', 'Meine Nummer ist drei vier', 'unfinished'],
  ['de', 'Das Wetter ist schön', 'open'],
  ['fr', 'Je voudrais un', 'unfinished'],
  ['fr', 'Parce que', 'unfinished'],
  ['fr', 'Où est la gare.', 'closed-question'],
  ['fr', "Est-ce que tu peux m'aider", 'closed-question'],
  ['fr', 'Mon numéro est six sept', 'unfinished'],
  ['fr', "J'aime le café", 'open'],
  ['es', 'Quiero un café con', 'unfinished'],
  ['es', '¿Dónde está la estación?', 'closed-question'],
  ['es', 'Qué hora es', 'closed-question'],
  ['es', 'Mi nombre es', 'unfinished'],
  ['es', 'Puedes ayudarme con esto', 'closed-question'],
  ['es', 'Mi número es seis siete', 'unfinished'],
  ['es', 'Me gusta el café', 'open'],
  ['it', 'Vorrei un caffè con', 'unfinished'],
  ['it', 'Vado al', 'unfinished'],
  ['it', "Abito nell'", 'unfinished'],
  ['it', 'Il mio nome è', 'unfinished'],
  ['it', 'Che ore sono?', 'closed-question'],
  ['it', "Dov'è la stazione centrale", 'closed-question'],
  ['it', 'Mi puoi aiutare', 'closed-question'],
  ['it', 'Il mio numero è sei sette', 'unfinished'],
  ['it', 'Mi piace il caffè', 'open'],
  ['pt', 'Queria um café com', 'unfinished'],
  ['pt', 'Eu moro na', 'unfinished'],
  ['pt', 'O meu nome é', 'unfinished'],
  ['pt', 'Que horas são?', 'closed-question'],
  ['pt', 'Onde fica a estação', 'closed-question'],
  ['pt', 'Você pode me ajudar', 'closed-question'],
  ['pt', 'O meu número é seis meia', 'unfinished'],
  ['pt', 'Gosto muito de café preto', 'open'],
  ['ru', 'Я хочу кофе с', 'unfinished'],
  ['ru', 'Потому что', 'unfinished'],
  ['ru', 'Где находится вокзал', 'closed-question'],
  ['ru', 'Можешь мне помочь', 'closed-question'],
  ['ru', 'Мой номер семь восемь', 'unfinished'],
  ['ru', 'Мне нравится чай', 'open'],
  ['zh', '我想要一个', 'unfinished'],
  ['zh', '因为', 'unfinished'],
  ['zh', '火车站在哪里', 'closed-question'],
  ['zh', '你喜欢咖啡吗', 'closed-question'],
  ['zh', '我的号码是一三八', 'unfinished'],
  ['zh', '今天天气很好', 'open'],
  ['ja', '明日は', 'unfinished'],
  ['ja', '東京に行きたいですけど', 'unfinished'],
  ['ja', '駅はどこですか', 'closed-question'],
  ['ja', '番号は三二', 'unfinished'],
  ['ja', '東京に行きたいです', 'open'],
];

test.each(ENDINGS)('%s: "%s" is %s', (language, text, ending) => {
  expect(judgeEnding(text, tableOf(language))).toBe(ending);
});

test('words are counted without backchannels and fillers', () => {
  expect(countWords('Yeah, um, what about Berlin', 'en')).toBe(3);
  expect(countWords('uh-huh okay', 'en-GB')).toBe(0);
  expect(countWords('等一下', 'zh-Hant')).toBe(2);
  expect(countWords('好的，明天天气', 'zh')).toBe(2);
  expect(countWords('はい、明日の天気', 'ja')).toBe(3);
  expect(countWords('Ja det er fint', 'nb')).toBe(4);
});

test('a language is found by its primary subtag', () => {
  expect(turnWordsOf('de-AT')?.language).toBe('de');
  expect(turnWordsOf('ZH_hans')?.language).toBe('zh');
  expect(turnWordsOf('nb')).toBeNull();
});

test('every language has something to say for each occasion', () => {
  for (const language of LANGUAGES) {
    const { acknowledgements, idlePrompt, ...rest } = tableOf(language);
    const { repeatRequest, progress, apology } = rest;
    const asides = [idlePrompt, repeatRequest, progress, apology];
    const said = [...Object.values(acknowledgements).flat(), ...asides];
    expect(Object.values(acknowledgements).every((list) => list.length >= 3)).toBe(true);
    expect(said.every((text) => /[.?。？]$/u.test(text))).toBe(true);
    expect(new Set(said).size).toBe(said.length);
  }
});

test('the commonest backchannels, as a recogniser writes them, are backchannels', () => {
  for (const language of LANGUAGES) {
    const table = tableOf(language);
    for (const said of table.commonBackchannels) {
      expect(judgeWords(`${said}.`, table)).toBe('backchannel');
    }
  }
  expect(tableOf('en').commonBackchannels).toContain('uh-huh');
});
