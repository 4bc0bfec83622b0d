// The history of one conversation: what was said and what was heard. Lives in the turn worker; the
// page holds a mirror made of `message-change` events. Portable.
import type { LlmMessage, LlmToolCall } from '../core/contracts/language-model.ts';

export interface ConversationMessage {
  readonly id: string;
  readonly role: 'user' | 'assistant' | 'tool';
  /**
   * What counts: the person's words; of the agent's, only what was heard; a tool's result as JSON text,
   * empty while there is none.
   */
  readonly content: string;
  /** All that the model wrote, also what nobody heard. Equals `content` for other roles. */
  readonly generatedText: string;
  /** Whether the agent was cut off before the end. */
  readonly isInterrupted: boolean;
  /** False while the message may still grow. */
  readonly isFinal: boolean;
  readonly turnId: string | null;
  /** Of a tool's message: the call that it answers. */
  readonly toolCall?: LlmToolCall;
  /** Wall-clock time at which it began, ms since 1970. */
  readonly createdAtMs: number;
}

/** Told to the model in place of the words that nobody heard. */
const INTERRUPTED_MARK = '[interrupted]';

/** The result of a tool that is still at work, or was when its worker was lost. */
const NO_RESULT_YET = '{"error":"No result yet. Do not call it again for this."}';

/** Messages sent to the model at most; older ones stay in the history and leave the prompt. */
const PROMPT_MESSAGES = 24;

export class Conversation {
  readonly #messages: ConversationMessage[] = [];
  readonly #onChange: (message: ConversationMessage) => void;
  readonly #nowMs: () => number;
  #counter = 0;
  #revision = 0;

  /** @param options `nowMs` is wall-clock time; `onChange` is called for each new or changed message. */
  constructor(options: { onChange: (message: ConversationMessage) => void; nowMs: () => number }) {
    this.#onChange = options.onChange;
    this.#nowMs = options.nowMs;
  }

  get messages(): readonly ConversationMessage[] {
    return this.#messages;
  }

  /** Grows with every change. */
  get revision(): number {
    return this.#revision;
  }

  add(
    message: Pick<ConversationMessage, 'role' | 'content' | 'turnId' | 'isFinal' | 'toolCall'>,
  ): string {
    this.#counter += 1;
    const id = `m${this.#counter}`;
    const added: ConversationMessage = {
      ...message,
      id,
      generatedText: message.content,
      isInterrupted: false,
      createdAtMs: this.#nowMs(),
    };
    this.#messages.push(added);
    this.#tell(added);
    return id;
  }

  /** Continues an earlier conversation; new ids go on from the highest. Tells nobody. */
  restore(messages: readonly ConversationMessage[]): void {
    this.#revision += 1;
    this.#messages.splice(0, this.#messages.length, ...messages);
    this.#counter = Math.max(0, ...messages.map(({ id }) => Number(id.slice(1))));
  }

  /** Changes a message in place; an unknown id is ignored (the message was removed). */
  update(id: string, change: Partial<Omit<ConversationMessage, 'id' | 'role'>>): void {
    const index = this.#messages.findIndex((message) => message.id === id);
    const current = this.#messages[index];
    if (current === undefined) return;
    const updated = { ...current, ...change };
    this.#messages[index] = updated;
    this.#tell(updated);
  }

  /** Removes a message of which nothing was heard. The mirror sees it as empty and final. */
  remove(id: string): void {
    const index = this.#messages.findIndex((message) => message.id === id);
    const removed = this.#messages[index];
    if (removed === undefined) return;
    this.#messages.splice(index, 1);
    this.#tell({ ...removed, content: '', isFinal: true });
  }

  /**
   * The prompt: instructions, then the latest messages. Neighbours of one role are joined (a person
   * who goes on after a pause has spoken once), since chat templates expect roles to alternate. Every tool
   * message stands behind its call, and both before what the agent said of the result in that turn. `words` are the person's, not yet in the history.
   */
  toPrompt(instructions: string, words = ''): LlmMessage[] {
    const prompt: LlmMessage[] = [{ role: 'system', content: instructions }];
    for (const message of toolsFirst(this.#messages.slice(-PROMPT_MESSAGES))) {
      if (message.toolCall !== undefined) {
        addToolToPrompt(prompt, message.toolCall, message.content);
        continue;
      }
      const content = message.isInterrupted
        ? `${message.content} ${INTERRUPTED_MARK}`.trim()
        : message.content;
      addToPrompt(prompt, { role: message.role, content });
    }
    addToPrompt(prompt, { role: 'user', content: words });
    return prompt;
  }

  #tell(message: ConversationMessage): void {
    this.#revision += 1;
    this.#onChange(message);
  }
}

function addToPrompt(prompt: LlmMessage[], message: LlmMessage): void {
  if (message.content === '') return;
  const last = prompt.at(-1);
  if (last?.role === message.role) {
    prompt[prompt.length - 1] = { ...last, content: `${last.content} ${message.content}` };
  } else {
    prompt.push(message);
  }
}

/** A call and its result are two messages that belong together, whatever the provider. */
function addToolToPrompt(prompt: LlmMessage[], call: LlmToolCall, result: string): void {
  const last = prompt.at(-1);
  const isSaid = last?.role === 'assistant';
  if (isSaid) prompt.pop();
  prompt.push({ role: 'assistant', content: isSaid ? last.content : '', toolCalls: [call] });
  const content = result === '' ? NO_RESULT_YET : result;
  prompt.push({ role: 'tool', content, toolCallId: call.id });
}

/** The agent's words of a turn behind the tools it called: they grew while those ran. */
function toolsFirst(messages: readonly ConversationMessage[]): readonly ConversationMessage[] {
  const ordered: ConversationMessage[] = [];
  for (const message of messages) {
    const last = ordered.at(-1);
    const isOfAnswer =
      message.role === 'tool' && last?.role === 'assistant' && last.turnId === message.turnId;
    ordered.splice(isOfAnswer ? -1 : ordered.length, 0, message);
  }
  return ordered;
}
