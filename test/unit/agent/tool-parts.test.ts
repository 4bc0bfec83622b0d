// The parts under the agent's tools: the check of a call, the page's functions, and the prompt.
import { describe, expect, test } from 'vitest';
import { Conversation } from '../../../src/agent/conversation.ts';
import { PageTools } from '../../../src/agent/page-tools.ts';
import { PlayoutMarks } from '../../../src/agent/playout-marks.ts';
import { findToolFault } from '../../../src/agent/tool-check.ts';

const TOOL = { name: 'look_up', description: '', parameters: { type: 'object' } };
const callOf = (name: string, argumentsJson: string, id = 'a') => ({ id, name, argumentsJson });

describe('a call is checked', () => {
  test('for its name', () => {
    const fault = findToolFault(callOf('delete', '{}'), [TOOL, { ...TOOL, name: 'now' }]);
    expect(fault).toBe('There is no tool "delete". There are: look_up, now.');
  });

  test('for JSON', () => {
    expect(findToolFault(callOf('look_up', '{"city":'), [TOOL])).toMatch(
      /^The arguments of "look_up" cannot be checked: .*JSON/u,
    );
  });

  test('by a schema with references and enumerations, innermost fault told', () => {
    const parameters = {
      type: 'object',
      properties: { where: { $ref: '#/$defs/place' } },
      $defs: { place: { type: 'object', properties: { unit: { enum: ['c', 'f'] } } } },
    };
    const tool = { ...TOOL, parameters };
    expect(findToolFault(callOf('look_up', '{"where":{"unit":"c"}}'), [tool])).toBeNull();
    expect(findToolFault(callOf('look_up', '{"where":{"unit":"k"}}'), [tool])).toBe(
      'The arguments do not fit the schema of "look_up": #/where/unit: Instance does not match any of ["c","f"].',
    );
  });

  test('a schema that cannot be followed makes no call', () => {
    const tool = { ...TOOL, parameters: { $ref: '#/$defs/none' } };
    expect(findToolFault(callOf('look_up', '{}'), [tool])).toMatch(
      /cannot be checked: Unresolved/u,
    );
  });
});

describe('functions of the page', () => {
  test('are found by name at the time of the call', async () => {
    const execute = async (value: unknown): Promise<unknown> => ({ got: value });
    const tools = [{ ...TOOL, execute }];
    const page = new PageTools(() => tools);
    expect(await page.call('1', 'look_up', '{"a":1}')).toEqual({
      content: '{"got":{"a":1}}',
      isError: false,
    });
    tools.pop();
    expect(await page.call('2', 'look_up', '{}')).toEqual({
      content: '{"error":"There is no tool \\"look_up\\" any more."}',
      isError: true,
    });
  });

  test('cancelling one fires its signal alone, and ends the call', async () => {
    const signals: AbortSignal[] = [];
    const execute = (_: unknown, { signal }: { signal: AbortSignal }): Promise<unknown> => {
      signals.push(signal);
      return new Promise(() => undefined);
    };
    const page = new PageTools(() => [{ ...TOOL, execute }]);
    const first = page.call('1', 'look_up', '{}');
    void page.call('2', 'look_up', '{}');
    page.cancel('1');
    page.cancel('unknown');
    expect(await first).toEqual({
      content: '{"error":"The result is no longer wanted."}',
      isError: true,
    });
    expect(signals.map(({ aborted }) => aborted)).toEqual([true, false]);
    page.dispose();
    expect(signals[1]!.aborted).toBe(true);
  });
});

describe('the prompt', () => {
  const create = () => new Conversation({ onChange: () => undefined, nowMs: () => 0 });
  const say = (role: 'user' | 'assistant', content: string, turnId: string) => ({
    role,
    content,
    turnId,
    isFinal: true,
  });
  const result = (content: string, id: string, turnId: string) => ({
    role: 'tool' as const,
    content,
    turnId,
    isFinal: true,
    toolCall: callOf('look_up', '{}', id),
  });

  test('has every result behind its call, and the answer behind both', () => {
    const conversation = create();
    conversation.add(say('user', 'How is it?', 't1'));
    conversation.add(say('assistant', 'One moment. Hot.', 't1'));
    conversation.add(result('1', 'a', 't1'));
    conversation.add(result('2', 'b', 't1'));
    expect(conversation.toPrompt('Be brief.', 'Thanks').slice(1)).toEqual([
      { role: 'user', content: 'How is it?' },
      { role: 'assistant', content: '', toolCalls: [callOf('look_up', '{}', 'a')] },
      { role: 'tool', content: '1', toolCallId: 'a' },
      { role: 'assistant', content: '', toolCalls: [callOf('look_up', '{}', 'b')] },
      { role: 'tool', content: '2', toolCallId: 'b' },
      { role: 'assistant', content: 'One moment. Hot.' },
      { role: 'user', content: 'Thanks' },
    ]);
  });

  test('a result that came late is called for by the answer before it', () => {
    const conversation = create();
    conversation.add(say('user', 'And you?', 't2'));
    conversation.add(say('assistant', 'Fine.', 't2'));
    conversation.add(result('1', 'a', 't1'));
    expect(conversation.toPrompt('').slice(2)).toEqual([
      { role: 'assistant', content: 'Fine.', toolCalls: [callOf('look_up', '{}', 'a')] },
      { role: 'tool', content: '1', toolCallId: 'a' },
    ]);
  });
});

test('marks of the play cursor are told once, in order, with the time of their sample', () => {
  const told: string[] = [];
  const marks = new PlayoutMarks();
  const mark = (name: string, sample: number, isEnd: boolean): void =>
    marks.add({ sample, isEnd, tell: (contextMs) => told.push(`${name} ${contextMs}`) });
  mark('begin', 0, false);
  mark('end', 100, true);
  mark('words', 100, false);
  const toContextMs = (sample: number): number => 1_000 + sample;
  marks.handleCursor(0, toContextMs);
  expect(told).toEqual([]);
  marks.handleCursor(100, toContextMs);
  expect(told).toEqual(['begin 1000', 'end 1100']);
  marks.handleCursor(101, toContextMs);
  marks.handleCursor(102, toContextMs);
  expect(told).toEqual(['begin 1000', 'end 1100', 'words 1100']);
});
