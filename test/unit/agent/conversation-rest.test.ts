// When something may be changed without anybody noticing.
import { expect, test } from 'vitest';
import { ConversationRest } from '../../../src/agent/conversation-rest.ts';

const REST = { user: 'silent', agent: 'idle' } as const;

function createRig() {
  const rest = new ConversationRest();
  const done: string[] = [];
  return { rest, done, note: (name: string) => () => void done.push(name) };
}

test('at rest an action runs at once', () => {
  const { rest, done, note } = createRig();
  rest.run(note('a'));
  expect(done).toEqual(['a']);
});

test.each([
  { user: 'speaking', agent: 'idle' },
  { user: 'silent', agent: 'thinking' },
  { user: 'silent', agent: 'speaking' },
  { user: 'speaking', agent: 'held' },
] as const)('while %j it waits; then each runs once, in order', async (state) => {
  const { rest, done, note } = createRig();
  rest.setState(state);
  rest.run(note('a'));
  rest.run(note('b'));
  expect(done).toEqual([]);
  rest.setState(REST);
  await Promise.resolve();
  expect(done).toEqual(['a', 'b']);
  rest.setState(state);
  rest.setState(REST);
  await Promise.resolve();
  expect(done).toEqual(['a', 'b']);
});

test('a rest that is over at once is none, and one action may end it for the next', async () => {
  const { rest, done, note } = createRig();
  rest.setState({ user: 'speaking', agent: 'idle' });
  rest.run(() => {
    done.push('a');
    rest.setState({ user: 'silent', agent: 'thinking' });
  });
  rest.run(note('b'));
  rest.setState(REST);
  rest.setState({ user: 'speaking', agent: 'idle' });
  await Promise.resolve();
  expect(done).toEqual([]);
  rest.setState(REST);
  await Promise.resolve();
  expect(done).toEqual(['a']);
});

test('its end is told', () => {
  const { rest } = createRig();
  const { ended } = rest;
  expect(ended.aborted).toBe(false);
  rest.setState({ user: 'speaking', agent: 'idle' });
  expect(ended.aborted).toBe(true);
  expect(rest.ended.aborted).toBe(true);
  rest.setState(REST);
  expect(rest.ended.aborted).toBe(false);
});
