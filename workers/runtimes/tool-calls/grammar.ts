// What a model may write, as a regular expression in parts: for the automaton that our samplers follow, and as text for
// libraries that have one of their own. Pure, portable.

export type Grammar =
  | { readonly kind: 'text'; readonly text: string }
  /** One of these ASCII characters. */
  | { readonly kind: 'one-of'; readonly characters: string }
  /** Any character of Unicode but these ASCII characters. */
  | { readonly kind: 'none-of'; readonly characters: string }
  | { readonly kind: 'sequence'; readonly parts: readonly Grammar[] }
  | { readonly kind: 'choice'; readonly options: readonly Grammar[] }
  /** Any number of times, none included. `of` is never empty. */
  | { readonly kind: 'many'; readonly of: Grammar };

export const text = (words: string): Grammar => ({ kind: 'text', text: words });
export const oneOf = (characters: string): Grammar => ({ kind: 'one-of', characters });
export const noneOf = (characters: string): Grammar => ({ kind: 'none-of', characters });
export const sequence = (...parts: readonly Grammar[]): Grammar => ({ kind: 'sequence', parts });
export const choice = (options: readonly Grammar[]): Grammar => ({ kind: 'choice', options });
export const many = (of: Grammar): Grammar => ({ kind: 'many', of });
export const optional = (of: Grammar): Grammar => choice([of, text('')]);

/** From none up to `count` times, which is one or more. */
export function upTo(count: number, of: Grammar): Grammar {
  return optional(count === 1 ? of : sequence(of, upTo(count - 1, of)));
}

/** In the notation that llama.cpp (GBNF) and WebLLM (the EBNF of XGrammar) share. */
export function toGrammarText(grammar: Grammar): string {
  return `root ::= ${toExpression(grammar)}\n`;
}

function toExpression(grammar: Grammar): string {
  switch (grammar.kind) {
    case 'text':
      return toQuoted(grammar.text);
    case 'one-of':
      return `[${toClass(grammar.characters)}]`;
    case 'none-of':
      return `[^${toClass(grammar.characters)}]`;
    case 'sequence':
      return `(${grammar.parts.map(toExpression).join(' ')})`;
    case 'choice':
      return `(${grammar.options.map(toExpression).join(' | ')})`;
    case 'many':
      return `(${toExpression(grammar.of)})*`;
  }
}

function toQuoted(words: string): string {
  const escaped = words.replace(/["\\]/gu, '\\$&').replaceAll('\n', '\\n');
  return `"${escaped}"`;
}

/** Signs mean something within brackets: all are written as numbers. */
function toClass(characters: string): string {
  const toCode = (sign: string): string => `\\x${sign.charCodeAt(0).toString(16).padStart(2, '0')}`;
  return characters.replace(/[^0-9A-Za-z]/gu, toCode);
}
