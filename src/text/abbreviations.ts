// Words whose full stop may end no sentence, one table per language. Pure data, portable.
import { toPrimary } from '../core/language.ts';

/** All entries in lower case and without their last full stop (`e.g`, not `e.g.`). */
export interface AbbreviationTable {
  /** Always followed by more of the sentence: titles, `e.g`. */
  readonly inside: ReadonlySet<string>;
  /** Inside a sentence when a number follows (`No. 5`, `Jan. 3`), an ordinary word otherwise. */
  readonly beforeNumber: ReadonlySet<string>;
  /** May end a sentence: it does when one of `starters` follows. Initials and `U.S` count as such. */
  readonly either: ReadonlySet<string>;
  /** Words that open a sentence far more often than they open a name. */
  readonly starters: ReadonlySet<string>;
  /** What long words are cut short to, as in `Bahnhofstr`: such a word counts as one of `either`. */
  readonly endings?: RegExp;
  /** Whether a number with a full stop is an ordinal (`am 3. Oktober`), unless one of `starters` follows. */
  readonly hasOrdinals?: true;
}

const words = (list: string): ReadonlySet<string> => new Set(list.split(' '));

const ENGLISH: AbbreviationTable = {
  inside: words(
    'dr mr mrs ms mx prof gen col capt lt sgt cmdr adm sen rep gov pres rev hon fr messrs mt e.g i.e cf viz vs v approx esp incl excl est',
  ),
  beforeNumber: words(
    'no nos nr p pp fig figs vol ch chap sec sect art eq ref jan feb mar apr jun jul aug sep sept oct nov dec ca c',
  ),
  either: words(
    'etc al st ave blvd rd inc ltd co corp llc dept univ assn bros jr sr esq ph.d m.d b.a m.a a.m p.m am pm u.s u.k u.n e.u d.c b.c a.d min max tel ext misc temp',
  ),
  starters: words(
    'the a an this that these those there here it its he she they we you i in on at as if but and or so then when what where who why how which is are was were do does did can could will would should please now yes no not one some many most all my your our his her their',
  ),
};

const GERMAN: AbbreviationTable = {
  inside: words(
    'dr hr fr frl prof dipl ing st z.b d.h bzw ca evtl ggf inkl exkl zzgl vgl sog geb gest bspw insb gem lt zz z.t v.a s.o s.u i.d.r allg max min',
  ),
  beforeNumber: words(
    'nr s abs art bd kap abb tab tel jan feb jän mär apr jun jul aug sep sept okt nov dez v n',
  ),
  either: words('usw etc u.a o.ä u.ä str mio mrd tsd co kg ag e.v jh jhd std sek hbf v.chr n.chr'),
  starters: words(
    'der die das den dem ein eine einen dies diese dieser dieses ich du er sie es wir ihr man in im auf am an bei mit für wenn als und aber oder dann was wann wo wer warum wie welche ist sind war hat haben kann können bitte jetzt ja nein nicht hier da dort so auch noch danach dazu deshalb außerdem allerdings jedoch mein meine dein deine sein seine ihre unser alle viele einige',
  ),
  endings: /(?:str|nr)$/u,
  hasOrdinals: true,
};

const FRENCH: AbbreviationTable = {
  inside: words('m mm mme mlle dr pr me st ste p.ex c.-à-d cf env vs éd av bd boul'),
  beforeNumber: words('no n° p pp art chap fig vol tél janv févr avr juil sept oct nov déc'),
  either: words('etc s.a apr j.-c min max h'),
  starters: words(
    'le la les un une des ce cet cette ces il elle ils elles on je tu nous vous c’est ça dans sur à au en si et mais ou donc alors puis quand où qui que quoi pourquoi comment quel quelle est sont oui non ne mon ma mes son sa ses notre votre leur tout tous ici maintenant',
  ),
};

const SPANISH: AbbreviationTable = {
  inside: words('sr sra srta sres dr dra d dª ud uds vd prof lic ing gral p.ej i.e aprox cf vs'),
  beforeNumber: words(
    'núm nº no pág págs art cap fig vol tel ene feb mar abr may jun jul ago sept oct nov dic',
  ),
  either: words('etc av avda ee uu ee.uu s.a a.c d.c a.m p.m min máx'),
  starters: words(
    'el la los las un una unos unas este esta estos estas ese esa eso esto yo tú él ella ellos ellas nosotros usted en a con por para si y pero o así entonces cuando qué quién dónde cómo hay es son está están fue era sí no mi tu su mis tus sus todo todos ahora aquí también además después luego',
  ),
};

const ITALIAN: AbbreviationTable = {
  inside: words(
    'sig sigg sec sig.ra sig.na dott dott.ssa prof prof.ssa avv ing arch geom rag on p.es es cfr ca vs egr gent spett',
  ),
  beforeNumber: words(
    'n nn nr num pag pagg p pp art artt cap fig vol tel gen feb mar apr mag giu lug ago set sett ott nov dic',
  ),
  either: words('ecc etc s.p.a s.r.l a.c d.c min max'),
  starters: words(
    'il lo la i gli le un uno una questo questa questi queste quello quella io tu lui lei noi voi loro si in a con per da su se e ma o quindi allora poi quando che chi cosa dove perché come quale è sono era ha hanno sì no non mio mia tuo sua tutto tutti anche ora qui dopo inoltre',
  ),
};

const PORTUGUESE: AbbreviationTable = {
  inside: words(
    'sr sra srs sr.ª dr dra drs dr.ª prof prof.ª eng exmo exma d v.exa v.sa séc p.ex i.e aprox cf vs',
  ),
  beforeNumber: words(
    'n nº n.º núm pág págs p pp art cap fig vol tel jan fev mar abr mai jun jul ago set out nov dez',
  ),
  either: words('etc av r ltda lda s.a a.c d.c min máx'),
  starters: words(
    'o a os as um uma este esta isto isso esse essa eu tu ele ela eles elas nós você vocês em no na com por para se e mas ou então depois quando que quem onde como porque qual há é são está estão foi era sim não meu minha seu sua tudo todos agora aqui também além',
  ),
};

const RUSSIAN: AbbreviationTable = {
  inside: words('т.е т.к т.н им ул просп пер пл ред см ср напр проф акад'),
  beforeNumber: words('стр с гл рис табл тел п пп ст д кв корп янв февр апр авг сент окт нояб дек'),
  either: words('т.д т.п др пр г гг в вв н.э руб коп тыс млн млрд мин сек час'),
  starters: words(
    'это этот эта эти я ты он она оно мы вы они в на с у к по если и но а или так потом когда что кто где почему зачем как какой есть был была были да нет не мой моя наш ваш все всё тут там здесь сейчас теперь ещё еще уже также после',
  ),
};

/** Titles that are the same in many languages; and Chinese and Japanese have full stops of their own. */
const OTHERS: AbbreviationTable = {
  inside: words('dr prof'),
  beforeNumber: new Set(),
  either: new Set(),
  starters: new Set(),
};

const TABLES: Readonly<Record<string, AbbreviationTable>> = {
  en: ENGLISH,
  de: GERMAN,
  fr: FRENCH,
  es: SPANISH,
  it: ITALIAN,
  pt: PORTUGUESE,
  ru: RUSSIAN,
};

/** The table for a BCP 47 tag, by its primary subtag. */
export function abbreviationsOf(language: string): AbbreviationTable {
  return TABLES[toPrimary(language)] ?? OTHERS;
}
