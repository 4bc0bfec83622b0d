// Text as a part of a regular expression. Pure, portable.

/** A source that matches `text` and nothing else. */
export function escapeRegExp(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\/]/gu, String.raw`\$&`);
}
