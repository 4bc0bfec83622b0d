// Turns of requests to something that serves one at a time.
import { expect, test } from 'vitest';
import { nextMacrotask } from '../../../src/core/macrotask.ts';
import { RequestLane } from '../../../src/core/request-lane.ts';

const { signal } = new AbortController();

function createScene() {
  const lane = new RequestLane({ name: 'test', capacity: 2 });
  const log: string[] = [];
  const enter = async (name: string, own: AbortSignal = signal): Promise<() => void> => {
    const leave = await lane.enter(own);
    log.push(name);
    return leave;
  };
  return { log, enter };
}

test('one at a time, in order', async () => {
  const { log, enter } = createScene();
  const leaveA = await enter('a');
  const b = enter('b');
  const c = enter('c');
  await nextMacrotask();
  expect(log).toEqual(['a']);
  leaveA();
  leaveA();
  const leaveB = await b;
  await nextMacrotask();
  expect(log).toEqual(['a', 'b']);
  leaveB();
  (await c)();
  await enter('d');
  expect(log).toEqual(['a', 'b', 'c', 'd']);
});

test('the newest wins when too many wait', async () => {
  const { log, enter } = createScene();
  const leaveA = await enter('a');
  const b = enter('b');
  const rest = [enter('c'), enter('d')];
  await expect(b).rejects.toMatchObject({
    code: 'queue-overflow',
    details: { queue: 'test', capacity: 2 },
  });
  leaveA();
  (await rest[0]!)();
  await rest[1];
  expect(log).toEqual(['a', 'c', 'd']);
});

test('an abort ends the waiting and leaves the order of the others', async () => {
  const { log, enter } = createScene();
  const controller = new AbortController();
  const reason = new Error('enough');
  const leaveA = await enter('a');
  const b = enter('b', controller.signal);
  const c = enter('c');
  controller.abort(reason);
  await expect(b).rejects.toBe(reason);
  await expect(enter('d', controller.signal)).rejects.toBe(reason);
  leaveA();
  await c;
  expect(log).toEqual(['a', 'c']);
});
