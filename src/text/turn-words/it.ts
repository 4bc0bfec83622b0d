// Italian words that decide who has the floor, and what the agent says without being asked. Data, portable.
import type { TurnWords } from '../turn-words.ts';
import { phrases } from './phrase-list.ts';

export const ITALIAN: TurnWords = {
  language: 'it',
  stop: phrases(`
    puoi fermarti, può fermarsi, puoi smettere, smettila, smetti di parlare, smetta di parlare,
    stop, alt, ferma, fermo, fermati, si fermi, basta, basta così, aspetta, aspetti, aspetta un attimo,
    aspetta un momento, un attimo, un attimino, un momento, un secondo, un minuto, attimo, momento, no,
    ma no, non questo, non quello, zitto, zitta, stai zitto, stai zitta, sta zitto, silenzio, taci,
    lascia stare, lasci stare, lascia perdere, lasci perdere, annulla, cancella, pausa, scusa, scusi,
    scusami, mi scusi, mi dispiace, cosa, che cosa, che, come, come hai detto, come ha detto, come dici,
    perché, ripeti, ripeta, ripetilo, di nuovo, ancora una volta, un'altra volta, ascolta, ascoltami,
    senti, senta, ehi, in realtà, più piano, più lentamente, prossimo, salta`),
  backchannels: phrases(`
    mm, m, mh, mhm, hm, aha, ah, ah sì, ah ok, ah ecco, oh, uh, uao, wow, sì, si, sì sì, eh sì, già, eh già,
    ok, okay, okey, va bene, vabbè, va be', bene, benissimo, molto bene, d'accordo, certo, ma certo,
    certamente, certo che sì, sicuro, sicuramente, naturalmente, ovviamente, esatto, esattamente, giusto,
    vero, è vero, davvero, sul serio, ma davvero, capito, ho capito, capisco, ti capisco, chiaro,
    è chiaro, lo so, perfetto, ottimo, bello, che bello, fantastico, stupendo, magnifico, meraviglioso,
    interessante, che interessante, infatti, appunto, ecco, nessun problema, non c'è problema, figurati,
    di niente, prego, oddio, mio dio, mamma mia, oh no, dai, ma dai, ma va, caspita, accidenti, grazie,
    grazie mille, tante grazie, continua, continui, vai, vai avanti, vada avanti, avanti, ahah, haha,
    ha ha`),
  commonBackchannels: [],
  fillers: phrases(`
    ehm, eh, em, uhm, mah, beh, boh, cioè, allora, dunque, insomma, diciamo, tipo, praticamente,
    come dire, come si dice`),
  unfinished: phrases(`
    e, ed, o, oppure, ma, però, perché, poiché, siccome, dato che, quindi, che, se, quando, mentre,
    anche se, benché, affinché, il, lo, la, l, i, gli, le, un, uno, una, di, a, ad, da, in, con, su, per,
    tra, fra, senza, verso, del, dello, della, dell, dei, degli, delle, al, allo, alla, all, ai, agli,
    alle, dal, dallo, dalla, dall, dai, dagli, dalle, nel, nello, nella, nell, nei, negli, nelle, sul,
    sullo, sulla, sull, sui, sugli, sulle, mio, mia, miei, mie, tuo, tua, tuoi, tue, suo, sua, nostro,
    nostra, vostro, vostra, questo, questa, quel, quella, io, molto, più, così, io sono, noi siamo,
    mi chiamo, nome è, numero è, indirizzo è, mail è, per esempio, ad esempio, vale a dire, e poi,
    e allora, cioè, ehm, eh, tipo, diciamo`),
  stranded: phrases(`era, erano, sarà`),
  questionWords: phrases(`
    cosa, cos'è, chi, quando, dove, dov'è, perché, come, com'è, quale, quali, qual, quanto, quanta,
    quanti, quante`),
  questionOpeners: phrases(`
    che cosa, che cos'è, che ora, che ore, che giorno, che tempo, che tipo, puoi, può, potresti,
    potrebbe, potete, sai, sapresti, hai, avete, sei, siete, è vero, è possibile, vuoi, vuole, vorresti,
    mi puoi, mi può, mi potresti, mi sai dire, ti piace, le piace, posso, devo, dovrei, a che, di che,
    in che, con che, a chi, di chi, con chi, da dove, di dove, da quando, e cosa, e come, e quando,
    e dove, e perché`),
  questionEndings: phrases(`vero, non è vero, non è così, non credi, o no`),
  requestOpeners: phrases(`
    puoi, può, potresti, potrebbe, mi puoi, mi può, mi potresti, mi potrebbe, dimmi, mi dica,
    raccontami, mi racconti, racconta, mostrami, mi mostri, mostra, dammi, mi dia, cerca, cerchi,
    trova, trovi, metti, metta, fai, faccia, fammi, mi faccia, scrivi, scriva, leggi, legga, apri,
    apra, ricordami, mi ricordi, aiutami, mi aiuti, spiega, spiegami, mi spieghi, prenota, prenoti,
    vorrei che, per favore, per piacere`),
  requestEndings: phrases(`per favore, per piacere, per cortesia`),
  digits: phrases(`zero, uno, una, due, tre, quattro, cinque, sei, sette, otto, nove, doppio`),
  acknowledgements: {
    question: ['Vediamo.', 'Bella domanda.', 'Mm, fammi pensare.'],
    request: ['Certo, un attimo.', 'Va bene, lo faccio.', 'Subito.'],
    other: ['Mm, va bene.', 'Capisco.', "D'accordo."],
  },
  idlePrompt: 'Ci sei ancora?',
  repeatRequest: 'Scusa, non ho capito. Puoi ripetere?',
  progress: 'Un attimo, sto cercando.',
  apology: 'Mi dispiace, non ha funzionato.',
};
