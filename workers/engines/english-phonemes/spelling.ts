// Words as a reader sees them: letters without accents, syllables worth a word, capitals. Pure.

const PLAIN: Readonly<Record<string, string>> = {
  ...{ ß: 'ss', æ: 'ae', œ: 'oe', ø: 'o', ł: 'l', đ: 'd', ð: 'th', þ: 'th', ı: 'i' },
};

/** Latin letters without their accents; other scripts are left out. Apostrophes, hyphens and digits stay. */
export function toPlainLetters(text: string): string {
  const letters = text
    .normalize('NFKD')
    .replaceAll(/[‘’ʼ`´]/gu, "'")
    .replaceAll(/\p{M}/gu, '');
  return letters
    .replaceAll(/[^\x20-\x7e]/gu, (letter) => {
      const plain = PLAIN[letter.toLowerCase()] ?? '';
      return letter === letter.toLowerCase() ? plain : capitalise(plain);
    })
    .replaceAll(/[^A-Za-z0-9' -]/gu, '');
}

export function capitalise(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}

/** More than one letter, none of them small. */
export function isCapitals(word: string): boolean {
  return /^[A-Z][A-Z']*[A-Z]$/u.test(word);
}

/** Capitals with an ending in small letters, and the possessive of anything: "CDs", "Zara's". */
export const WITH_ENDING: RegExp = /^(?<stem>[A-Z]{2,}(?='?s$)|.{2,}(?='s$))(?<ending>'?s)$/u;
