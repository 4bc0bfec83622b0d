// How a model on the device is told of tools, calls them, and is told what came of it: in the form of Hermes and Qwen, put into
// the messages themselves, so that no chat template has to know of tools. Pure, portable.
import type { LlamaRequest } from '../llama-runtime.ts';
import { choice, many, noneOf, optional, sequence, text } from './grammar.ts';
import type { Grammar } from './grammar.ts';
import { toArgumentsGrammar } from './schema-grammar.ts';

type Messages = LlamaRequest['messages'];
type Message = Messages[number];
type Tools = NonNullable<LlamaRequest['tools']>;

/** What a call begins with, and no other text of an answer holds. */
export const CALL_MARK = '<tool_call>';
/** Within a call a line ends nowhere else: JSON strings hold no line breaks. */
export const CALL_END = '}\n</tool_call>';

/** Of a call up to its arguments, with the mark left out. */
export function toCallHead(name: string): string {
  return `\n{"name": ${JSON.stringify(name)}, "arguments": `;
}

/**
 * Words, and calls behind them; one call alone where `mustCall`, words alone where there are no tools. Throws as
 * {@link toArgumentsGrammar}.
 */
export function toAnswerGrammar(tools: Tools, { mustCall }: { mustCall: boolean }): Grammar {
  const words = many(
    choice([noneOf(MARK_START + JSON_START), sequence(text(MARK_START), unlike(MARKS))]),
  );
  if (tools.length === 0) return words;
  const call = choice(
    tools.map(({ function: { name, parameters } }) =>
      sequence(
        text(CALL_MARK + toCallHead(name)),
        toArgumentsGrammar(name, { ...parameters }),
        text(CALL_END),
      ),
    ),
  );
  if (mustCall) return call;
  return sequence(words, optional(sequence(call, many(sequence(text('\n'), call)))));
}

/** What stands in no words: marks of calls and results, and what JSON begins with, since small models repeat what they read. */
const MARKS = ['tool_', '/tool_'];
const MARK_START = '<';
const JSON_START = '{';

/** Ends where it differs from each of the marks: what begins like one may still become words. */
function unlike(marks: readonly string[]): Grammar {
  const firsts = marks.map((mark) => mark.charAt(0)).join('');
  const longer = marks.filter((mark) => mark.length > 1);
  return choice([
    noneOf(firsts + MARK_START + JSON_START),
    ...longer.map((mark) => sequence(text(mark.charAt(0)), unlike([mark.slice(1)]))),
  ]);
}

/** The messages as any template takes them: tools, calls and results are text in them. Roles alternate as they did. */
export function toPlainMessages(messages: Messages, tools: Tools): Messages {
  const plain: Message[] = [];
  for (const message of tools.length === 0 ? messages : withTools(messages, tools)) {
    const next = toPlain(message);
    const last = plain.at(-1);
    if (last !== undefined && last.role === next.role) {
      const content = `${textOf(last)}\n${textOf(next)}`;
      plain[plain.length - 1] = { ...last, content };
    } else plain.push(next);
  }
  return plain;
}

function toPlain(message: Message): Message {
  if (message.role === 'tool') {
    return { role: 'user', content: `<tool_response>\n${message.content}\n</tool_response>` };
  }
  if (message.role !== 'assistant' || message.tool_calls === undefined) return message;
  const calls = message.tool_calls.map(
    ({ function: { name, arguments: json } }) => CALL_MARK + toCallHead(name) + json + CALL_END,
  );
  const said = textOf(message);
  return { role: 'assistant', content: [...(said === '' ? [] : [said]), ...calls].join('\n') };
}

function withTools(messages: Messages, tools: Tools): Messages {
  const [first, ...rest] = messages;
  const content = toInstructions(tools);
  if (first?.role !== 'system') return [{ role: 'system', content }, ...messages];
  return [{ ...first, content: `${first.content}\n\n${content}`.trim() }, ...rest];
}

function toInstructions(tools: Tools): string {
  return `You can call these functions of the page you are on:
<tools>
${tools.map((tool) => JSON.stringify(tool)).join('\n')}
</tools>
To call one, write its name and its arguments, and nothing behind them:
${CALL_MARK}
{"name": "the name", "arguments": {"an argument": "its value"}}
</tool_call>
What it returns comes between <tool_response> and </tool_response>. Tell the person about it in words.`;
}

function textOf({ content }: Message): string {
  return typeof content === 'string' ? content : '';
}
