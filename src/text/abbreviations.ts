// Words whose full stop may end no sentence, one table per language. Pure data, portable.

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
}

const words = (list: string): ReadonlySet<string> => new Set(list.split(' '));

export const ENGLISH_ABBREVIATIONS: AbbreviationTable = {
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
