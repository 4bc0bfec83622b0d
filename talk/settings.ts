// `--set path=value`: one agent option by its path. Pure, Node.
import { BadInput } from './bad-input.ts';

export type Settings = Record<string, unknown>;

const PATH = /^[A-Za-z][\w]*(\.[\w-]+)*$/u;
const FORBIDDEN = new Set(['__proto__', 'prototype', 'constructor']);

/** `engines.llm.model=tiny` is a string, `turn.minSilenceMs=300` a number: JSON where it parses. */
export function applySetting(settings: Settings, assignment: string): void {
  const split = assignment.indexOf('=');
  const path = assignment.slice(0, split);
  if (split < 1 || !PATH.test(path)) {
    throw new BadInput(`--set ${assignment}: must be path=value, such as turn.minSilenceMs=300`);
  }
  setPath(settings, path.split('.'), toValue(assignment.slice(split + 1)));
}

/** Sets a value below objects that are made as needed; a value in the way is an error. */
export function setPath(settings: Settings, keys: readonly string[], value: unknown): void {
  let target = settings;
  keys.forEach((key, index) => {
    if (FORBIDDEN.has(key)) throw new BadInput(`--set ${keys.join('.')}: "${key}" is no option`);
    if (index === keys.length - 1) {
      target[key] = value;
      return;
    }
    target[key] ??= {};
    const next = target[key];
    if (typeof next !== 'object' || next === null || Array.isArray(next)) {
      throw new BadInput(
        `--set ${keys.join('.')}: ${keys.slice(0, index + 1).join('.')} is already a value`,
      );
    }
    target = next as Settings;
  });
}

/** Settings as they may be shown: headers carry keys. */
export function redactSetting(assignment: string): string {
  return /^[\w.]*(headers|token)/iu.test(assignment)
    ? assignment.replace(/=.*/su, '=(hidden)')
    : assignment;
}

function toValue(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}
