// What is asked of the agent, told from other turns, in nine languages. Node.
import { describe, expect, test } from 'vitest';
import { isRequest, judgeWords, turnWordsOf } from '../../../src/text/turn-words.ts';
import type { WordsVerdict } from '../../../src/text/turn-words.ts';

/** What a person asks of the agent: over its voice to go on, to wait or to stop; else to do something, or to know. */
const ASKED: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  en: {
    more: ['Go on.', 'Please go on', 'Keep going', 'Continue'],
    wait: ['Wait a second', 'Hold on, please'],
    stop: ['Can you stop please', 'Okay, stop it'],
    requests: [
      'Tell me a story about a dog',
      'Can you turn the lights off',
      'Play some music, please',
      'A story about dragons, please',
    ],
    questions: [
      'Can you tell me where the station is',
      'Tell me what time it is',
      'What is the capital of France',
      'How do I get there from here',
    ],
    other: ['I went to the market today', 'The dog sleeps in the garden'],
  },
  de: {
    more: ['Mach weiter.', 'Sprich weiter', 'Ja, weiter so'],
    wait: ['Warte mal kurz', 'Einen Moment bitte'],
    stop: ['Kannst du aufhören', 'Hör auf damit'],
    requests: [
      'Erzähl mir eine Geschichte von einem Hund',
      'Kannst du das Licht ausschalten',
      'Können Sie mir ein Taxi bestellen',
      'Einen Kaffee mit Milch, bitte',
    ],
    questions: [
      'Kannst du mir sagen, wo der Bahnhof ist',
      'Sag mir, wie spät es ist',
      'Was ist die Hauptstadt von Frankreich',
    ],
    other: ['Ich war heute auf dem Markt', 'Der Hund schläft im Garten'],
  },
  fr: {
    more: ['Continue.', 'Vas-y, continuez'],
    wait: ['Attends un peu', 'Une seconde'],
    stop: ["Arrête s'il te plaît", 'Peux-tu arrêter'],
    requests: [
      'Raconte-moi une histoire de chien',
      'Peux-tu éteindre la lumière',
      'Pouvez-vous réserver une table',
      "Un café noir, s'il vous plaît",
    ],
    questions: [
      'Peux-tu me dire où est la gare',
      'Dis-moi quelle heure il est',
      'Quelle est la capitale de la France',
    ],
    other: ["J'étais au marché ce matin", 'Le chien dort dans le jardin'],
  },
  es: {
    more: ['Sigue.', 'Continúa, adelante'],
    wait: ['Espera un momento', 'Un segundo, por favor'],
    stop: ['Puedes parar', 'Para, por favor'],
    requests: [
      'Cuéntame una historia de un perro',
      'Puedes apagar la luz',
      'Podría reservar una mesa',
      'Un café con leche, por favor',
    ],
    questions: [
      'Puedes decirme dónde está la estación',
      'Dime qué hora es',
      'Cuál es la capital de Francia',
    ],
    other: ['Hoy fui al mercado con mi hermana', 'El perro duerme en el jardín'],
  },
  it: {
    more: ['Continua.', 'Vai avanti'],
    wait: ['Aspetta un attimo', 'Un secondo'],
    stop: ['Puoi fermarti', 'Basta, per favore'],
    requests: [
      'Raccontami una storia di un cane',
      'Puoi spegnere la luce',
      'Potrebbe prenotare un tavolo',
      'Un caffè macchiato, per favore',
    ],
    questions: [
      'Puoi dirmi dove si trova la stazione',
      'Dimmi quando parte il treno',
      'Qual è la capitale della Francia',
    ],
    other: ['Oggi sono andato al mercato', 'Il cane dorme in giardino'],
  },
  pt: {
    more: ['Continua.', 'Pode continuar'],
    wait: ['Espera um pouco', 'Um segundo'],
    stop: ['Podes parar', 'Chega, por favor'],
    requests: [
      'Conta-me uma história de um cão',
      'Podes apagar a luz',
      'Você pode reservar uma mesa',
      'Um café com leite, por favor',
    ],
    questions: [
      'Podes dizer-me onde fica a estação',
      'Diz-me quando parte o comboio',
      'Qual é a capital da França',
    ],
    other: ['Hoje fui ao mercado de manhã', 'O cão dorme no jardim'],
  },
  ru: {
    more: ['Продолжай.', 'Да, продолжайте'],
    wait: ['Подожди минутку', 'Одну секунду'],
    stop: ['Можешь остановиться', 'Хватит, пожалуйста'],
    requests: [
      'Расскажи мне историю про собаку',
      'Можешь выключить свет',
      'Не могли бы вы забронировать столик',
      'Чашку чёрного чая, пожалуйста',
    ],
    questions: [
      'Можешь сказать, где находится вокзал',
      'Скажи, сколько времени',
      'Какая столица у Франции',
    ],
    other: ['Сегодня я ходил на рынок', 'Собака спит в саду'],
  },
  zh: {
    more: ['继续。', '接着说', '然后呢'],
    wait: ['等一下', '稍等'],
    stop: ['你能停一下吗', '别说了'],
    requests: ['给我讲一个小狗的故事', '你能把灯关掉吗', '请打开窗户', '帮我订一张桌子'],
    questions: ['你能告诉我火车站在哪里吗', '告诉我现在几点', '法国的首都是什么'],
    other: ['我今天去了市场', '小狗在花园里睡觉'],
  },
  ja: {
    more: ['続けて。', '続けてください', 'それで'],
    wait: ['ちょっと待って', '少し待って'],
    stop: ['やめてください', 'ストップ'],
    requests: [
      '犬の話を聞かせて',
      '電気を消してください',
      '席を予約してもらえますか',
      'コーヒーをお願いします',
    ],
    questions: ['駅はどこか教えてください', '今何時か教えて', 'フランスの首都はどこですか'],
    other: ['今日は市場に行きました', '犬が庭で寝ています'],
  },
};

describe.each(Object.keys(ASKED))('what is asked in %s', (language) => {
  const table = turnWordsOf(language)!;
  const { more, wait, stop, requests, questions, other } = ASKED[language]!;
  const judged = (list: readonly string[] = []) =>
    list.map((text) => [text, judgeWords(text, table)]);
  const all = (list: readonly string[] = [], verdict: WordsVerdict) =>
    list.map((text) => [text, verdict]);

  test('to go on leaves the agent its turn; to wait or to stop takes it', () => {
    expect(judged(more)).toEqual(all(more, 'backchannel'));
    expect(judged(wait)).toEqual(all(wait, 'stop'));
    expect(judged(stop)).toEqual(all(stop, 'stop'));
    expect(judged(requests)).toEqual(all(requests, 'words'));
    expect(judged(other)).toEqual(all(other, 'words'));
  });

  test('to do something is a request, to know something is none', () => {
    const asked = (list: readonly string[] = []) => list.filter((text) => isRequest(text, table));
    expect(asked(requests)).toEqual(requests);
    expect(asked(questions)).toEqual([]);
    expect(asked(other)).toEqual([]);
  });
});
