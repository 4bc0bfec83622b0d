import { expect, test } from 'vitest';
import { nextMacrotask } from '../../../src/core/macrotask.ts';
import { Slots } from '../../../src/core/slots.ts';

const { signal } = new AbortController();

test('so many are let in, the others in order as those leave', async () => {
  const slots = new Slots(2);
  const inside: string[] = [];
  const enter = async (name: string): Promise<() => void> => {
    const leave = await slots.enter(signal);
    inside.push(name);
    return leave;
  };
  const [a, , c] = [enter('a'), enter('b'), enter('c'), enter('d')];
  await nextMacrotask();
  expect(inside).toEqual(['a', 'b']);
  const leave = await a;
  leave();
  leave();
  await nextMacrotask();
  expect(inside).toEqual(['a', 'b', 'c']);
  (await c)();
  await nextMacrotask();
  expect(inside).toEqual(['a', 'b', 'c', 'd']);
});

test('who is urgent goes before who is not, and in order among such', async () => {
  const slots = new Slots(1);
  const inside: string[] = [];
  const pass = async (name: string, isUrgent: boolean): Promise<void> => {
    const leave = await slots.enter(signal, isUrgent);
    inside.push(name);
    leave();
  };
  const leave = await slots.enter(signal);
  const passing = [pass('a', false), pass('b', true), pass('c', false), pass('d', true)];
  leave();
  await Promise.all(passing);
  expect(inside).toEqual(['b', 'd', 'a', 'c']);
});

test('who gives up waiting takes nobody’s place', async () => {
  const slots = new Slots(1);
  const leave = await slots.enter(signal);
  const leaving = new AbortController();
  const reason = new Error('gone');
  const given = slots.enter(leaving.signal);
  const next = slots.enter(signal);
  leaving.abort(reason);
  await expect(given).rejects.toBe(reason);
  leave();
  (await next)();
  await expect(slots.enter(AbortSignal.abort(reason))).rejects.toBe(reason);
});

test('who gives up at the moment of being let in hands the place on', async () => {
  const slots = new Slots(1);
  const leave = await slots.enter(signal);
  const leaving = new AbortController();
  const given = slots.enter(leaving.signal);
  const next = slots.enter(signal);
  leave();
  leaving.abort(new Error('gone'));
  await expect(given).rejects.toThrow('gone');
  (await next)();
});
