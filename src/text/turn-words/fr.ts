// French words that decide who has the floor, and what the agent says without being asked. Data, portable.
import type { TurnWords } from '../turn-words.ts';
import { phrases } from './phrase-list.ts';

export const FRENCH: TurnWords = {
  language: 'fr',
  stop: phrases(`
    peux tu arrêter, pouvez vous arrêter, tu peux arrêter, vous pouvez arrêter, arrête de parler, arrêtez de parler,
    stop, arrête, arrêtez, arrête toi, attends, attendez, attends un peu, un instant, un moment,
    une seconde, une minute, deux secondes, non, mais non, pas ça, assez, ça suffit, suffit, tais toi,
    taisez vous, silence, chut, la ferme, laisse tomber, laissez tomber, oublie, oubliez, annule,
    annulez, pause, pardon, excuse moi, excusez moi, désolé, désolée, quoi, comment, hein, pourquoi,
    répète, répétez, encore une fois, écoute, écoutez, en fait, hé, plus lentement, moins vite, passe,
    suivant`),
  backchannels: phrases(`
    hum, hm, hmm, mm, mmh, mhm, m, ah, ah bon, ah oui, ah d'accord, oh, ouah, waouh, oui, ouais, ouaip,
    oui oui, d'accord, ok, okay, entendu, compris, j'ai compris, je comprends, je vois, je sais, bien,
    très bien, c'est bien, bon, parfait, super, génial, cool, chouette, bien sûr, exactement, exact,
    tout à fait, absolument, certainement, voilà, c'est ça, c'est vrai, vrai, vraiment, sérieux,
    intéressant, c'est intéressant, pas de problème, pas de souci, sans problème, oh non, mon dieu, merci,
    merci beaucoup, continue, continuez, vas y, allez y, haha, ha ha, ça marche, effectivement`),
  commonBackchannels: [],
  fillers: phrases(`euh, heu, hum, ben, bah, bon ben, eh bien, enfin, genre, du coup, tu vois`),
  unfinished: phrases(`
    et, mais, ou, donc, car, ni, parce que, parce qu, que, qui, dont, si, quand, lorsque, puisque,
    comme, bien que, afin que, afin de, pour, pour que, le, la, les, l, un, une, des, du, de, d, au,
    aux, à, en, dans, avec, sans, chez, vers, entre, par, sur, sous, mon, ma, mes, ton, ta, tes, son,
    sa, ses, notre, nos, votre, vos, leur, leurs, ce, cet, cette, ces, je, j, tu, il, ils, on, c, qu,
    très, plus, par exemple, c'est à dire, et puis, et alors, euh, heu, ben`),
  stranded: phrases(`est, sont, c'est, était, suis`),
  questionWords: phrases(`
    qui, que, quoi, quand, où, pourquoi, comment, combien, quel, quelle, quels, quelles, lequel,
    laquelle, d'où, qu'est ce que, qu'est ce qui`),
  questionOpeners: phrases(`
    est ce que, est ce qu'il, est ce qu'elle, est ce qu'on, peux tu, pouvez vous, pourrais tu,
    pourriez vous, as tu, avez vous, es tu, êtes vous, sais tu, savez vous, veux tu, voulez vous, y a t
    il, est il, est elle, peut on, dois je, puis je, et quand, et comment, à quelle, de quel, de quelle,
    à quoi, de quoi, avec qui, tu peux, vous pouvez`),
  questionEndings: phrases(`n'est ce pas, hein, pas vrai, ou pas, ou quoi`),
  requestOpeners: phrases(`
    peux tu, pouvez vous, pourrais tu, pourriez vous, tu peux, vous pouvez, dis moi, dites moi,
    raconte, racontez, montre, montrez, donne, donnez, cherche, cherchez, trouve, trouvez, joue,
    jouez, mets, mettez, fais, faites, écris, écrivez, lis, lisez, ouvre, ouvrez, rappelle moi,
    rappelez moi, aide moi, aidez moi, explique, expliquez, réserve, réservez, je voudrais que tu,
    je voudrais que vous`),
  requestEndings: phrases(`s'il te plaît, s'il vous plaît`),
  digits: phrases(`zéro, un, une, deux, trois, quatre, cinq, six, sept, huit, neuf, double`),
  acknowledgements: {
    question: ['Voyons voir.', 'Bonne question.', 'Hum, je réfléchis.'],
    request: ['Bien sûr, un instant.', "D'accord, je m'en occupe.", 'Tout de suite.'],
    other: ["Hum, d'accord.", 'Je vois.', 'Très bien.'],
  },
  idlePrompt: 'Tu es toujours là ?',
  repeatRequest: "Pardon, je n'ai pas compris. Tu peux répéter ?",
  progress: 'Un instant, je cherche.',
  apology: "Désolé, cela n'a pas marché.",
};
