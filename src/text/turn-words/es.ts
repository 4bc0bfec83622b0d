// Spanish words that decide who has the floor, and what the agent says without being asked. Data, portable.
import type { TurnWords } from '../turn-words.ts';
import { phrases } from './phrase-list.ts';

export const SPANISH: TurnWords = {
  language: 'es',
  stop: phrases(`
    puedes parar, puede parar, deja de hablar, deje de hablar,
    para, pare, detente, alto, basta, ya basta, ya está, espera, espere, espérate, un momento, momento,
    un segundo, un minuto, no, que no, eso no, cállate, cállese, calla, silencio, déjalo, olvídalo,
    olvídelo, cancela, cancelar, pausa, perdón, perdona, perdone, disculpa, disculpe, lo siento, qué,
    cómo, por qué, cómo dices, qué dices, repite, repítelo, otra vez, escucha, escúchame, oye, en
    realidad, más despacio, siguiente, stop`),
  backchannels: phrases(`
    ajá, aja, mm, mhm, m, hm, hmm, hum, ah, ah sí, ah ya, oh, uy, guau, vaya, sí, si, sip, ya, ya veo,
    ya ya, vale, okay, ok, bueno, bien, muy bien, está bien, de acuerdo, claro, claro que sí, por
    supuesto, exacto, exactamente, correcto, cierto, es cierto, verdad, es verdad, de verdad, en serio,
    entiendo, te entiendo, entendido, comprendo, lo sé, perfecto, genial, estupendo, qué bien,
    qué bueno, interesante, qué interesante, no me digas, no hay problema, no pasa nada, oh no, dios mío,
    gracias, muchas gracias, sigue, siga, continúa, adelante, jaja, ja ja, eso es, órale, dale`),
  commonBackchannels: [],
  fillers: phrases(`eh, este, em, mm, pues, o sea, bueno, a ver, es que, digamos`),
  unfinished: phrases(`
    y, e, pero, o, u, ni, sino, porque, que, si, cuando, aunque, como, mientras, donde, para que, el, la,
    los, las, lo, un, una, unos, unas, de, del, a, al, en, con, sin, por, para, entre, hacia, hasta,
    desde, sobre, según, mi, mis, tu, tus, su, sus, nuestro, nuestra, este, esta, ese, esa, yo, muy, más,
    nombre es, número es, dirección es, correo es, me llamo, por ejemplo, es decir, y luego, y entonces, así que, ya que, o sea, es que, eh, pues`),
  stranded: phrases(`, son, era, soy, estoy, hay`),
  questionWords: phrases(`
    qué, quién, quiénes, cuándo, dónde, adónde, por qué, cómo, cuál, cuáles, cuánto, cuánta, cuántos,
    cuántas`),
  questionOpeners: phrases(`
    puedes, puede, podrías, podría, pueden, sabes, sabe, tienes, tiene, hay, eres, es verdad, es cierto,
    está, estás, quieres, quiere, me puedes, me puede, me podrías, te gusta, le gusta, vas a, va a,
    debo, puedo, a qué, de qué, en qué, con qué, con quién, de dónde, de quién, a dónde, para qué, y qué,
    y cómo, y cuándo, y dónde`),
  questionEndings: phrases(`no es verdad, no es así, no es cierto, o no`),
  requestOpeners: phrases(`
    puedes, puede, podrías, podría, me puedes, me puede, me podrías, me podría, dime, dígame,
    cuéntame, cuénteme, cuenta, muéstrame, muéstreme, muestra, enséñame, enséñeme, dame, deme,
    busca, busque, encuentra, encuentre, pon, ponga, ponme, haz, haga, hazme, escribe, escriba,
    lee, lea, abre, abra, recuérdame, recuérdeme, ayúdame, ayúdeme, explica, explícame, explíqueme,
    reserva, reserve, quiero que, por favor`),
  requestEndings: phrases(`por favor`),
  digits: phrases(`cero, uno, una, dos, tres, cuatro, cinco, seis, siete, ocho, nueve, doble`),
  acknowledgements: {
    question: ['A ver.', 'Buena pregunta.', 'Mm, déjame pensar.'],
    request: ['Claro, un momento.', 'Vale, ahora mismo.', 'Enseguida.'],
    other: ['Mm, vale.', 'Ya veo.', 'De acuerdo.'],
  },
  idlePrompt: '¿Sigues ahí?',
  repeatRequest: 'Perdona, no te he entendido. ¿Puedes repetirlo?',
  progress: 'Un momento, lo estoy buscando.',
  apology: 'Lo siento, no ha funcionado.',
};
