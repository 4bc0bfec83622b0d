import { expect, test } from 'vitest';
import { nextMacrotask } from '../../../src/core/macrotask.ts';

test('a message that was posted before is delivered before it resolves', async () => {
  const order: string[] = [];
  const { port1, port2 } = new MessageChannel();
  port1.onmessage = () => order.push('message');
  port2.postMessage('abort');
  void Promise.resolve().then(() => order.push('microtask'));
  await nextMacrotask();
  order.push('after');
  port1.close();
  expect(order).toEqual(['microtask', 'message', 'after']);
});
