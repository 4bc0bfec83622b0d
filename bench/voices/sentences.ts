// What the likeness suite has said: thirty short sentences, for the shipped graph takes many times as long as they last. Pure data.

export const LIKENESS_SENTENCES: readonly string[] = [
  'It is sunny outside.',
  'Sure, I can help you.',
  'What would you like to know?',
  'The train leaves at seven.',
  'Please say that once more.',
  'I have set a timer for you.',
  'That depends on where you live.',
  'Turn left at the next corner.',
  'Your package arrived this morning.',
  'She would rather stay at home.',
  'We could walk through the park.',
  'Nobody knew what to do!',
  'Thank you for waiting.',
  'Is there anything else?',
  'The lights are off now.',
  'It takes about an hour.',
  'My neighbor moved to Chicago.',
  'Leonardo lived in Florence.',
  'Room twelve is upstairs.',
  'Half of them passed the test.',
  'Photosynthesis needs sunlight.',
  'A thorough search found nothing.',
  'They live in the same house.',
  'He read the book last week.',
  'The wind was too strong to sail.',
  'Birds were singing in the garden.',
  'Coffee, tea, or orange juice?',
  'Wait, that cannot be right.',
  'Good morning, how did you sleep?',
  'Let us begin with the first one.',
];

/** American and British, women and men. */
export const LIKENESS_VOICES = ['af_heart', 'af_bella', 'am_michael', 'bf_emma', 'bm_george'];
