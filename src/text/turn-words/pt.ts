// Portuguese words that decide who has the floor, and what the agent says without being asked. Data, portable.
import type { TurnWords } from '../turn-words.ts';
import { phrases } from './phrase-list.ts';

/** What is understood is of Portugal and of Brazil; what is said is of Portugal, as its numbers are. */
export const PORTUGUESE: TurnWords = {
  language: 'pt',
  stop: phrases(`
    podes parar, pode parar, para de falar, pare de falar,
    para, pare, pára, para aí, parou, stop, chega, já chega, basta, espera, espere, espera aí, espere aí,
    peraí, espera um pouco, calma, calma aí, um momento, só um momento, momento, um minuto, um segundo,
    um instante, não, não é isso, isso não, cala te, cale se, cala a boca, calado, calada, silêncio,
    quieto, quieta, deixa, deixa estar, deixa para lá, deixa pra lá, esquece, esqueça, cancela, cancele,
    cancelar, pausa, desculpa, desculpe, perdão, com licença, sinto muito, lamento, quê, o quê, o que,
    como, como assim, por quê, porquê, por que, o que disseste, o que disse, repete, repita, de novo,
    outra vez, mais uma vez, escuta, escute, ouve, ouça, ei, na verdade, devagar, mais devagar, próximo,
    próxima, pula, salta`),
  backchannels: phrases(`
    aham, ahã, aha, uhum, hum, hum hum, mm, m, mhm, hm, ah, ah é, ah sim, ah tá, oh, uau, nossa, é, sim,
    sim sim, pois, pois é, pois claro, pois sim, claro, claro que sim, com certeza, certo, está certo, tá,
    tá bom, tá certo, está bem, está bom, tudo bem, bem, muito bem, bom, muito bom, ok, okay, beleza,
    legal, fixe, ótimo, óptimo, perfeito, excelente, maravilha, que bom, que giro, exato, exacto,
    exatamente, exactamente, isso, isso mesmo, é isso, correto, correcto, verdade, é verdade, a sério,
    sério, é mesmo, não me digas, não diga, entendo, entendi, percebo, percebi, já percebi, compreendo,
    eu sei, já sei, sei, interessante, que interessante, sem problema, não faz mal, não tem problema,
    de nada, oh não, meu deus, caramba, obrigado, obrigada, muito obrigado, muito obrigada, continua,
    continue, segue, pode continuar, podes continuar, força, de acordo, combinado, naturalmente, haha,
    ha ha`),
  commonBackchannels: [],
  fillers: phrases(`
    hã, ã, eh, em, hum, tipo, então, ora, bom, bem, quer dizer, digamos, digamos assim, ou seja, né,
    pronto, como é que se diz`),
  unfinished: phrases(`
    e, ou, mas, porém, nem, porque, que, se, quando, embora, enquanto, para que, o, a, os, as, um, uma,
    uns, umas, de, do, da, dos, das, num, numa, em, no, na, nos, nas, ao, à, aos, às, com, sem, por, pelo,
    pela, pelos, pelas, para, pra, pro, entre, até, desde, sobre, segundo, meu, minha, meus, minhas, teu,
    tua, teus, tuas, seu, sua, seus, suas, nosso, nossa, este, esta, esse, essa, aquele, aquela, eu,
    muito, mais, tão, chamo me, me chamo, nome é, número é, morada é, endereço é, mail é, por exemplo,
    quer dizer, ou seja, e depois, e então, assim que, já que, eh, hã, tipo, então`),
  stranded: phrases(`era, eram, sou, estou`),
  questionWords: phrases(`
    que, quê, quem, quando, onde, aonde, porquê, como, qual, quais, quanto, quanta, quantos, quantas`),
  questionOpeners: phrases(`
    o que, o que é, por que, podes, pode, poderias, poderia, podem, consegues, consegue, sabes, sabe,
    tens, és, é verdade, é possível, estás, queres, quer, gostas de, gosta de, você pode, você sabe,
    você tem, você quer, vais, posso, devo, será que, a que, de que, em que, com que, com quem, de onde,
    de quem, para onde, e o que, e como, e quando, e onde, e qual`),
  questionEndings: phrases(`não é, não é verdade, não é assim, não achas, não acha, né, ou não`),
  requestOpeners: phrases(`
    podes, pode, poderias, poderia, você pode, você poderia, consegues, diz me, diga me, me diga,
    me diz, conta, conte, conta me, me conta, me conte, mostra, mostre, mostra me, me mostra,
    me mostre, dá me, dê me, me dá, me dê, procura, procure, encontra, encontre, toca, toque, põe,
    ponha, coloca, coloque, faz, faça, escreve, escreva, lê, leia, abre, abra, lembra me,
    lembre me, me lembra, me lembre, ajuda me, ajude me, me ajuda, me ajude, explica, explique,
    reserva, reserve, quero que, por favor`),
  requestEndings: phrases(`por favor, se faz favor`),
  digits: phrases(`
    zero, um, uma, dois, duas, três, quatro, cinco, seis, meia, sete, oito, nove, duplo`),
  acknowledgements: {
    question: ['Deixa-me ver.', 'Boa pergunta.', 'Hum, deixa-me pensar.'],
    request: ['Claro, um momento.', 'Está bem, vou fazer isso.', 'É para já.'],
    other: ['Hum, está bem.', 'Percebo.', 'De acordo.'],
  },
  idlePrompt: 'Ainda estás aí?',
  repeatRequest: 'Desculpa, não percebi. Podes repetir?',
  progress: 'Um momento, vou ver.',
  apology: 'Desculpa, não funcionou.',
};
