// Which openings are stock phrases: an answer begins after them. Pure, in Node.

/** An opening in more than this share of a run's replies says nothing about the question. */
const SHARED_SHARE = 0.2;

/** The first clause, without case and punctuation: what a stock opening would be. */
export function openingOf(text: string): string {
  const clause = /^.*?[.,;:!?…](?=\s|$)/su.exec(text.trim())?.[0] ?? text;
  return normalise(clause);
}

/** One reply shares nothing with itself: at least two must open alike. */
export function findSharedOpenings(replies: readonly string[]): ReadonlySet<string> {
  const counts = new Map<string, number>();
  for (const reply of replies) {
    const opening = openingOf(reply);
    if (opening !== '') counts.set(opening, (counts.get(opening) ?? 0) + 1);
  }
  const isShared = (count: number): boolean => count > 1 && count > replies.length * SHARED_SHARE;
  return new Set([...counts].filter(([, count]) => isShared(count)).map(([opening]) => opening));
}

/** Whether a text is nothing but an opening. */
export function isOnly(text: string, opening: string): boolean {
  return normalise(text) === opening;
}

function normalise(text: string): string {
  return text
    .toLowerCase()
    .replace(/[^\p{Letter}\p{Number}\s]/gu, '')
    .replace(/\s+/gu, ' ')
    .trim();
}
