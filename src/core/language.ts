// Languages by their BCP 47 tags. Pure, portable.

/** The tag of a language that nobody named: a recogniser that can tells it from what it hears. */
export const UNDETERMINED = 'und';

/** The primary subtag, in lower case: `en` of `en-GB`. */
export function toPrimary(tag: string): string {
  return (tag.split(/[-_]/u)[0] ?? '').toLowerCase();
}

/** Whether `language` is one of the known ones; `*` is any. Regions do not count: American and British English understand each other. */
export function knows(known: readonly string[], language: string): boolean {
  return known.some((tag) => tag === '*' || toPrimary(tag) === toPrimary(language));
}
