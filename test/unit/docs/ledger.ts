// Reads and checks the two ledgers of what the product does: docs/capabilities.json and test/faults.json.
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';

export const ROOT = path.join(import.meta.dirname, '..', '..', '..');

export type Row = Readonly<Record<string, unknown>>;

export function readRows(file: string): readonly Row[] {
  const json: unknown = JSON.parse(readFileSync(path.join(ROOT, file), 'utf8'));
  if (!Array.isArray(json)) throw new TypeError(`${file} is no array`);
  return json as readonly Row[];
}

/** Fields that are not a text with something in it. */
export function blankTexts(row: Row, fields: readonly string[]): string[] {
  return fields.filter((field) => {
    const value = row[field];
    return typeof value !== 'string' || value.trim() === '';
  });
}

/** Repository paths of a field; a field that is no list of texts throws. */
export function pathsOf(row: Row, field: string): string[] {
  const value = row[field];
  if (Array.isArray(value) && value.every((entry) => typeof entry === 'string')) return value;
  throw new TypeError(`${field} of ${JSON.stringify(row)} must be a list of paths`);
}

/** Paths that name no file or folder of the repository. */
export function missingPaths(rows: readonly Row[], fields: readonly string[]): string[] {
  const paths = rows.flatMap((row) => fields.flatMap((field) => pathsOf(row, field)));
  return paths.filter((file) => !existsSync(path.join(ROOT, file)));
}
