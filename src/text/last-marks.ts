// Text without the marks at its end: a recogniser ends whatever it hears with a full stop. Pure, portable.
const LAST_MARKS = /[\p{P}\s]+$/u;

export function withoutLastMarks(text: string): string {
  return text.replace(LAST_MARKS, '');
}
