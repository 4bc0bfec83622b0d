// What the app's scripted persona says: a conversation without any language model, to try the rest with. Main thread, data.
import type { PersonaLlmOptions } from '../index.ts';

/** The first whose word was said is taken. */
export const PERSONA_LINES: PersonaLlmOptions['lines'] = [
  {
    when: 'hello',
    say: 'Hello. I am a script, not a model: say anything, and I will answer something.',
  },
  { when: 'name', say: 'I have none. I am a few lines of this page.' },
  { when: 'weather', say: 'I cannot look out of the window, but I hope that it is fine.' },
  { when: 'joke', say: 'Two threads met in a bar. Nobody knows who came first.' },
  { when: 'thank', say: 'You are welcome.' },
  { when: 'bye', say: 'Goodbye. It was good to talk with you.' },
  { say: 'I heard you. A real model would have something to say about that.' },
  { say: 'Go on, I am listening.' },
  { say: 'You can interrupt me at any time, also in the middle of a sentence like this one.' },
];
