// A clause as the words that are said: abbreviations, symbols and figures in words, the rest in plain letters. Pure.
import { readFigures, UNITS } from './figures.ts';
import { toPlainLetters } from './spelling.ts';

export interface Token {
  /** Plain letters, apostrophes and hyphens. */
  readonly word: string;
  /** Said letter by letter, whatever is known of it. */
  readonly isSpelled: boolean;
}

/** With their full stop or without; in small letters. */
const ABBREVIATIONS: Readonly<Record<string, string>> = {
  ...{ 'mr.': 'mister', 'mrs.': 'missus', 'ms.': 'miz', 'dr.': 'doctor', 'prof.': 'professor' },
  ...{ mr: 'mister', mrs: 'missus', dr: 'doctor', prof: 'professor', ms: 'miz' },
  ...{
    'st.': 'saint',
    'sgt.': 'sergeant',
    'capt.': 'captain',
    'lt.': 'lieutenant',
    'gen.': 'general',
  },
  ...{
    'sen.': 'senator',
    'rep.': 'representative',
    'gov.': 'governor',
    'rev.': 'reverend',
    'jr.': 'junior',
  },
  ...{
    jr: 'junior',
    'sr.': 'senior',
    sr: 'senior',
    'inc.': 'incorporated',
    'ltd.': 'limited',
    'co.': 'company',
  },
  ...{
    'etc.': 'et cetera',
    etc: 'et cetera',
    'vs.': 'versus',
    vs: 'versus',
    'approx.': 'approximately',
  },
  ...{
    'no.': 'number',
    'vol.': 'volume',
    'fig.': 'figure',
    'dept.': 'department',
    'ave.': 'avenue',
  },
  ...{
    'blvd.': 'boulevard',
    'rd.': 'road',
    'est.': 'estimated',
    'min.': 'minutes',
    'max.': 'maximum',
  },
  ...{
    'jan.': 'January',
    'feb.': 'February',
    'mar.': 'March',
    'apr.': 'April',
    'jun.': 'June',
    'jul.': 'July',
  },
  ...{
    'aug.': 'August',
    'sep.': 'September',
    'sept.': 'September',
    'oct.': 'October',
    'nov.': 'November',
  },
  ...{
    'dec.': 'December',
    'e.g.': 'for example',
    'e.g': 'for example',
    'i.e.': 'that is',
    'i.e': 'that is',
  },
  ...{ 'a.m.': 'AM', 'a.m': 'AM', 'p.m.': 'PM', 'p.m': 'PM', 'ph.d.': 'PhD', 'ph.d': 'PhD' },
};
/** A title only before a name: these are words, names or other titles of their own. */
const ONLY_CAPITALISED = new Set(['ms', 'prof', 'sr', 'jr', 'dr']);
const SYMBOLS: Readonly<Record<string, string>> = {
  ...{
    '&': 'and',
    '%': 'percent',
    '+': 'plus',
    '=': 'equals',
    '@': 'at',
    '×': 'times',
    '°': 'degrees',
  },
  ...{ '#': 'number', '€': 'euros', $: 'dollars', '£': 'pounds', '½': 'one half', '→': 'to' },
};
/** Around a word, and not of it. */
const OUTSIDE = /^[^\p{L}\p{N}$£€#&%+=@×°½→'’-]+|[^\p{L}\p{N}%°'’.&+=@×½→]+$/gu;
const MAGNITUDE = /^(?:hundred|thousand|million|billion|trillion)s?$/iu;

export function toTokens(clause: string): Token[] {
  const stretches = clause
    .replaceAll(/[‘’ʼ`]/gu, "'")
    .split(/\s+/u)
    .filter((each) => each !== '');
  return stretches.flatMap((stretch, i) => {
    const after = trim(stretches[i + 1] ?? '');
    // "$5 million": the dollars come after the million.
    if (/^[$£€][\d.,]+$/u.test(trim(stretch)) && MAGNITUDE.test(after))
      return readWord(trim(stretch).slice(1));
    const money = /^([$£€])[\d.,]+$/u.exec(trim(stretches[i - 1] ?? ''));
    if (money !== null && MAGNITUDE.test(trim(stretch)))
      return spoken([trim(stretch), SYMBOLS[money[1] ?? ''] ?? '']);
    const unit = /^\d[\d.,]*$/u.test(trim(stretches[i - 1] ?? ''))
      ? UNITS[trim(stretch).replace(/\.$/u, '')]
      : undefined;
    return unit === undefined
      ? readWord(trim(stretch))
      : spoken(unit[stretches[i - 1] === '1' ? 0 : 1].split(' '));
  });
}

function trim(stretch: string): string {
  return stretch.replaceAll(OUTSIDE, '').replace(/^'+(?!\d)|(?<![sS])'+$/gu, '');
}

function readWord(word: string): Token[] {
  const symbol = SYMBOLS[word];
  if (symbol !== undefined) return spoken(symbol.split(' '));
  const small = word.toLowerCase();
  const long = ABBREVIATIONS[small];
  if (long !== undefined && (!ONLY_CAPITALISED.has(small) || small !== word))
    return spoken(long.split(' '));
  const plain = word.replace(/\.+$/u, '');
  if (/\d/u.test(plain)) return readFigured(plain);
  if (/^(?:\p{L}\.)+\p{L}$/u.test(plain))
    return [{ word: toPlainLetters(plain.replaceAll('.', '')), isSpelled: true }];
  if (/[./@\\_:,;&+=]/u.test(plain)) return readPieces(plain);
  return toPlainLetters(plain)
    .split(' ')
    .flatMap((each) => splitCamel(each))
    .flatMap((each) => (/[A-Za-z]/u.test(each) ? { word: each, isSpelled: false } : []));
}

/** Addresses and alternatives: "example.com", "and/or". */
function readPieces(word: string): Token[] {
  const isAddress = /@|^(?:https?:|www\.)|\.\p{L}{2,}(?:\/|$)/u.test(word);
  const pieces = word.replace(/^https?:\/\//u, '').split(/([./@\\_:,;&+=])/u);
  return pieces.flatMap((piece) => {
    if (piece === '') return [];
    if (piece === '.' || piece === '/')
      return isAddress ? spoken([piece === '.' ? 'dot' : 'slash']) : [];
    const symbol = SYMBOLS[piece];
    return symbol === undefined ? readWord(piece) : spoken([symbol]);
  });
}

/** Figures as a whole, else letters and digits apart: "GPT-4", "B2B", "3D". */
function readFigured(word: string): Token[] {
  const figures = readFigures(word);
  if (figures !== null) return spoken(figures);
  const parts = word.split(/[-–]/u).filter((part) => part !== '');
  if (parts.length > 1) return parts.flatMap(readWord);
  const pieces = word.match(/\d[\d.,]*\d|\d|[^\d]+/gu) ?? [];
  return pieces.flatMap((piece) => {
    if (/^\d/u.test(piece)) return spoken(readFigures(piece.replace(/[.,]$/u, '')) ?? []);
    const letters = toPlainLetters(piece);
    return letters === '' ? readSymbols(piece) : readWord(letters);
  });
}

function readSymbols(piece: string): Token[] {
  return Array.from(piece).flatMap((one) =>
    SYMBOLS[one] === undefined ? [] : spoken(SYMBOLS[one].split(' ')),
  );
}

/** "JavaScript", "iPhone", "McDonald": parts, unless the second would be a letter alone. */
function splitCamel(word: string): string[] {
  if (/^(?:Mc|Mac|O'|D')/u.test(word)) return [word];
  return word.split(/(?<=[a-z])(?=[A-Z][a-z])|(?<=[a-z])(?=[A-Z]{2,}$)/u);
}

function spoken(words: readonly string[]): Token[] {
  return words.flatMap((word) =>
    word === '' ? [] : { word, isSpelled: word === 'AM' || word === 'PM' },
  );
}
