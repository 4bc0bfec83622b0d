// German words that decide who has the floor, and what the agent says without being asked. Data, portable.
import type { TurnWords } from '../turn-words.ts';
import { phrases } from './phrase-list.ts';

export const GERMAN: TurnWords = {
  language: 'de',
  stop: phrases(`
    stopp, stop, halt, warte, warte mal, warten sie, wart mal, moment, moment mal, einen moment,
    ein moment, augenblick, einen augenblick, sekunde, eine sekunde, nein, nee, nö, ne, genug,
    es reicht, das reicht, reicht, schluss, aufhören, hör auf, hören sie auf, sei still, sei ruhig,
    seien sie still, ruhe, leise, klappe, halt die klappe, halt den mund, vergiss es, abbrechen,
    pause, entschuldigung, entschuldige, verzeihung, tut mir leid, sorry, wie bitte, was,
    warum, wieso, weshalb, hä, noch mal, nochmal, wiederhole das, hey, langsamer, überspringen`),
  backchannels: phrases(`
    mhm, mh, mm, m, hm, hmm, aha, ach, ach so, achso, ah, oh, ja, jaja, ja ja, jo, jap, jep, jawohl, genau,
    okay, ok, richtig, stimmt, das stimmt, klar, na klar, alles klar, sicher, natürlich, gut, sehr gut,
    schön, super, toll, prima, fein, wow, interessant, verstehe, ich verstehe, verstanden, ich weiß,
    echt, wirklich, ach wirklich, nein wirklich, na gut, in ordnung, kein problem, keine ursache,
    oh nein, danke, vielen dank, weiter so, sprich weiter, mach weiter, haha, ha ha, tja, eben, so so,
    logisch, macht sinn, passt, oje`),
  commonBackchannels: [],
  fillers: phrases(`äh, ähm, öh, öhm, eh, em, hm, also, na ja, naja, tja, sozusagen`),
  unfinished: phrases(`
    und, aber, oder, denn, weil, dass, ob, wenn, als, obwohl, damit, sondern, sowie, bevor, nachdem,
    während, der, die, das, dem, den, des, ein, eine, einen, einem, einer, eines, mein, meine, meinen,
    meinem, meiner, dein, deine, sein, seine, ihr, ihre, unser, unsere, kein, keine, zu, zum, zur,
    von, vom, für, mit, bei, beim, nach, aus, ohne, gegen, durch, zwischen, wegen, im, ins, am, ans, in,
    ich, wir, sehr, zum beispiel, und zwar, so dass, und dann, äh, ähm, öhm, also, na ja`),
  stranded: phrases(`ist, sind, war, waren, bin, wird, hat, haben, kann`),
  questionWords: phrases(`
    was, wann, wo, wer, wen, wem, wessen, warum, wieso, weshalb, wie, welche, welcher, welches, welchen,
    woher, wohin, womit, worüber, wofür, wieviel`),
  questionOpeners: phrases(`
    ist, sind, bist, war, waren, hat, hast, haben, habt, kann, kannst, können, könnt, könnte, könntest,
    könnten, wird, wirst, werden, würde, würdest, würden, soll, sollte, sollen, darf, darfst, dürfen,
    muss, musst, müssen, gibt es, weißt du, wissen sie, magst du, möchtest du, willst du, und was, und wie`),
  questionEndings: phrases(`oder nicht, nicht wahr, stimmt's, gell`),
  requestOpeners: phrases(`
    bitte, kannst du, können sie, könntest du, könnten sie, würdest du, würden sie, sag mir,
    sagen sie mir, erzähl, erzähle, erzählen sie, zeig, zeige, zeigen sie, gib mir, geben sie mir,
    such, suche, suchen sie, finde, finden sie, spiel, spiele, spielen sie, mach, mache,
    machen sie, stell, stelle, stellen sie, schreib, schreibe, schreiben sie, lies, lesen sie,
    öffne, öffnen sie, erinnere mich, erinnern sie mich, hilf mir, helfen sie mir, erklär, erkläre,
    erklären sie, buche, buchen sie`),
  requestEndings: phrases(`bitte`),
  digits: phrases(`null, eins, zwei, zwo, drei, vier, fünf, sechs, sieben, acht, neun, doppel`),
  acknowledgements: {
    question: ['Lass mich überlegen.', 'Gute Frage.', 'Hm, mal sehen.'],
    request: ['Gern, einen Moment.', 'Okay, mache ich.', 'Sofort.'],
    other: ['Hm, okay.', 'Ich verstehe.', 'Alles klar.'],
  },
  idlePrompt: 'Bist du noch da?',
  repeatRequest: 'Das habe ich nicht verstanden. Kannst du es noch einmal sagen?',
  progress: 'Einen Moment, ich sehe nach.',
  apology: 'Das hat leider nicht geklappt.',
};
