// Reads a `_headers` file as Netlify and Cloudflare Pages do. Node.

export interface HeaderRule {
  /** Of the addresses that get the header. */
  readonly pattern: RegExp;
  readonly name: string;
  readonly value: string;
}

/** Addresses stand at the start of a line, their headers below them, indented. Throws on anything else. */
export function parseHeaderRules(text: string): HeaderRule[] {
  const rules: HeaderRule[] = [];
  let pattern: RegExp | null = null;
  for (const line of text.split('\n')) {
    const [, name, value] = /^\s+([\w-]+):\s*(.+)$/u.exec(line) ?? [];
    if (line.startsWith('/')) pattern = toPattern(line.trim());
    else if (name !== undefined && value !== undefined && pattern !== null) {
      rules.push({ pattern, name, value });
    } else if (line.trim() !== '') throw new Error(`_headers: not understood: ${line}`);
  }
  return rules;
}

/** `*` stands for any text. */
function toPattern(address: string): RegExp {
  const pieces = address.split('*').map((piece) => piece.replace(/[.+?^${}()|[\]\\]/gu, '\\$&'));
  return new RegExp(`^${pieces.join('.*')}$`, 'u');
}
