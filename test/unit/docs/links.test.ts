// Links between the documents lead somewhere.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { ROOT } from './ledger.ts';

const documents = ['.', 'docs', 'public/models'].flatMap((folder) =>
  readdirSync(path.join(ROOT, folder))
    .filter((name) => name.endsWith('.md'))
    .map((name) => path.posix.join(folder, name)),
);

describe('documents', () => {
  it.each(documents)('%s links to files that exist', (document) => {
    const text = readFileSync(path.join(ROOT, document), 'utf8');
    const targets = [...text.matchAll(/\]\((?!https?:)([^)#\s]+)[^)]*\)/gu)].map(([, to]) => to);
    const missing = targets.filter(
      (to) => !existsSync(path.join(ROOT, path.dirname(document), to ?? '')),
    );
    expect(missing).toEqual([]);
  });
});
