// A pause of downloads between visits.
import { describe, expect, it } from 'vitest';
import { keepPause, readKeptPause } from '../../../src/app/kept-pause.ts';

describe('a pause of downloads', () => {
  it('is kept until downloads go on', () => {
    const kept = new Map<string, string>();
    const storage = {
      getItem: (key: string) => kept.get(key) ?? null,
      setItem: (key: string, value: string) => void kept.set(key, value),
      removeItem: (key: string) => void kept.delete(key),
    };
    expect(readKeptPause(storage)).toBe(false);
    keepPause(storage, true);
    expect(readKeptPause(storage)).toBe(true);
    keepPause(storage, false);
    expect([readKeptPause(storage), kept.size]).toEqual([false, 0]);
  });

  it('holds for the visit where the browser keeps nothing', () => {
    const fail = () => {
      throw new Error('no room');
    };
    expect(() => keepPause({ setItem: fail, removeItem: fail }, true)).not.toThrow();
    expect(readKeptPause(null)).toBe(false);
    expect(() => keepPause(null, true)).not.toThrow();
  });
});
