// Follows a grammar byte by byte: Thompson's automaton, made deterministic where a text comes by. Pure, portable.
import type { Grammar } from './grammar.ts';

/** Where a text stands in its grammar. */
export interface GrammarState {
  /** Bytes of the shortest text that completes it; 0 where it may end. */
  readonly leastBytes: number;
}

interface Edge {
  readonly from: number;
  readonly to: number;
  readonly target: Node;
}

interface Node {
  readonly id: number;
  readonly edges: readonly Edge[];
  /** Reached without a byte. */
  readonly free: Node[];
  readonly leastBytes: number;
}

interface State extends GrammarState {
  readonly nodes: readonly Node[];
  /** By byte; absent where it was not asked for yet. */
  readonly next: (State | null | undefined)[];
}

const LAST_ASCII = 0x7f;
/** How characters beyond ASCII begin in UTF-8, what their second byte may be, and how many more there are. */
const BEYOND_ASCII = [
  { lead: [0xc2, 0xdf], second: [0x80, 0xbf], more: 0 },
  { lead: [0xe0, 0xe0], second: [0xa0, 0xbf], more: 1 },
  { lead: [0xe1, 0xec], second: [0x80, 0xbf], more: 1 },
  { lead: [0xed, 0xed], second: [0x80, 0x9f], more: 1 },
  { lead: [0xee, 0xef], second: [0x80, 0xbf], more: 1 },
  { lead: [0xf0, 0xf0], second: [0x90, 0xbf], more: 2 },
  { lead: [0xf1, 0xf3], second: [0x80, 0xbf], more: 2 },
  { lead: [0xf4, 0xf4], second: [0x80, 0x8f], more: 2 },
] as const;

/** States are kept for as long as the automaton is: a byte that was taken once is looked up from then on. */
export class Automaton {
  readonly start: GrammarState;
  readonly #states = new Map<string, State>();
  readonly #encoder = new TextEncoder();
  #nodes = 0;

  constructor(grammar: Grammar) {
    const end = this.#add([], [], 0);
    this.start = this.#toState([this.#compile(grammar, end)]);
  }

  /** Null where the byte does not fit. `from` is a state of this automaton. */
  step(from: GrammarState, byte: number): GrammarState | null {
    const state = from as State;
    const known = state.next[byte];
    if (known !== undefined) return known;
    const targets = state.nodes.flatMap(({ edges }) =>
      edges.filter(({ from, to }) => from <= byte && byte <= to).map(({ target }) => target),
    );
    const next = targets.length === 0 ? null : this.#toState(targets);
    state.next[byte] = next;
    return next;
  }

  #toState(reached: readonly Node[]): State {
    const nodes = new Set(reached);
    // A set is walked through to what is added meanwhile.
    for (const { free } of nodes) free.forEach((node) => nodes.add(node));
    const kept = [...nodes].filter(({ free }) => free.length === 0);
    const key = kept
      .map(({ id }) => id)
      .sort((a, b) => a - b)
      .join();
    const known = this.#states.get(key);
    if (known !== undefined) return known;
    const leastBytes = Math.min(...kept.map((node) => node.leastBytes));
    const state = { nodes: kept, leastBytes, next: new Array<undefined>(256) };
    this.#states.set(key, state);
    return state;
  }

  #compile(grammar: Grammar, next: Node): Node {
    switch (grammar.kind) {
      case 'text':
        return this.#encoder
          .encode(grammar.text)
          .reduceRight<Node>((target, byte) => this.#addEdge(byte, byte, target), next);
      case 'one-of': {
        const bytes = [...this.#encoder.encode(grammar.characters)];
        const edges = bytes.map((byte) => ({ from: byte, to: byte, target: next }));
        return this.#add(edges, [], next.leastBytes + 1);
      }
      case 'none-of':
        return this.#add(this.#otherThan(grammar.characters, next), [], next.leastBytes + 1);
      case 'sequence':
        return grammar.parts.reduceRight((target, part) => this.#compile(part, target), next);
      case 'choice': {
        const options = grammar.options.map((option) => this.#compile(option, next));
        return this.#add([], options, Math.min(...options.map((node) => node.leastBytes)));
      }
      case 'many': {
        const again = this.#add([], [next], next.leastBytes);
        again.free.push(this.#compile(grammar.of, again));
        return again;
      }
    }
  }

  #otherThan(characters: string, target: Node): Edge[] {
    const plain = Array.from({ length: LAST_ASCII + 1 }, (_, byte) => byte)
      .filter((byte) => !characters.includes(String.fromCharCode(byte)))
      .map((byte) => ({ from: byte, to: byte, target }));
    const beyond = BEYOND_ASCII.map(({ lead, second, more }) => {
      let rest = target;
      for (let left = more; left > 0; left -= 1) rest = this.#addEdge(0x80, 0xbf, rest);
      return { from: lead[0], to: lead[1], target: this.#addEdge(second[0], second[1], rest) };
    });
    return [...plain, ...beyond];
  }

  #addEdge(from: number, to: number, target: Node): Node {
    return this.#add([{ from, to, target }], [], target.leastBytes + 1);
  }

  #add(edges: readonly Edge[], free: Node[], leastBytes: number): Node {
    this.#nodes += 1;
    return { id: this.#nodes, edges, free, leastBytes };
  }
}
