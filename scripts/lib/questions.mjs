// The questions that espeak-ng speaks for the tests: short, common words, one answer each. Data.

/** `voice` is an espeak-ng voice name. */
export const QUESTIONS = /** @type {const} */ ([
  { name: 'capital-of-france', text: 'What is the capital of France?', voice: 'en-us' },
  { name: 'two-plus-two', text: 'How much is two plus two?', voice: 'en-us' },
  { name: 'sunrise', text: 'When does the sun rise in summer?', voice: 'en-gb' },
  { name: 'tell-a-story', text: 'Please tell me a story about a dog.', voice: 'en-us' },
  { name: 'who-are-you', text: 'Hello, who are you?', voice: 'en-gb' },
]);
