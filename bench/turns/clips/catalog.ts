// The clips of the turn suite: what is said or heard, by whom, with which rests. Data, Node.
import type { ClipRecipe, PackageName, Sound } from './clip.ts';

const PHONE: PackageName = 'asterisk-core-sounds-en-wav';
const PROMPTS = 'usr/share/asterisk/sounds/en_US_f_Allison';
const READER = 'librivox/sense_and_sensibility_01_austen_64kb';
const MUSIC = ['macroform-cold_day', 'macroform-robot_dity', 'macroform-the_simplicity'];

const prompt = (name: string): Sound => ({
  ...{ from: 'package', name: PHONE },
  path: `${PROMPTS}/${name}.wav`,
});
const kokoro = (voice: string, text: string): Sound => ({ from: 'kokoro', voice, text });
const espeak = (voice: string, text: string, wordsPerMinute = 155): Sound => ({
  ...{ from: 'espeak', voice, text, wordsPerMinute },
});

/** The lengths that a thinking person's rests have; dealt out in turn. */
const RESTS_MS = [400, 900, 600, 1_200, 500, 1_000, 700, 1_100, 800];
const restOf = (index: number): number => RESTS_MS[index % RESTS_MS.length] ?? 400;

const KOKORO_VOICES = [
  ...['af_heart', 'am_michael', 'bf_emma', 'am_adam', 'af_bella', 'bm_george', 'af_nicole'],
  ...['am_puck', 'bf_isabella', 'am_onyx', 'af_sky', 'bm_lewis'],
];
const kokoroVoice = (index: number): string =>
  KOKORO_VOICES[index % KOKORO_VOICES.length] ?? 'af_heart';

const ESPEAK_VOICES = ['en-us', 'en-us+f3', 'en-gb', 'en-gb-scotland+m3', 'en-us-nyc', 'en-gb+f2'];
const espeakVoice = (index: number): string =>
  ESPEAK_VOICES[index % ESPEAK_VOICES.length] ?? 'en-us';

/** One person reading, and one recording telephone prompts: the rest goes where they drew breath least. */
const RECORDED_PAUSES: readonly (readonly [Sound, string])[] = [
  [
    { from: 'recording', file: `${READER}-0870.wav` },
    'and Mister John Dashwood had then leisure to consider how much there might be prudently in his power to do for them',
  ],
  [{ from: 'recording', file: `${READER}-0880.wav` }, 'he was not an ill disposed young man'],
  [
    { from: 'recording', file: `${READER}-0890.wav` },
    'unless to be rather cold hearted and rather selfish is to be ill disposed',
  ],
  [
    { from: 'recording', file: `${READER}-0920.wav` },
    'had he married a more amiable woman he might have been made still more respectable than he was',
  ],
  [
    { from: 'recording', file: `${READER}-0930.wav` },
    'he might even have been made amiable himself',
  ],
  [{ from: 'recording', file: 'cards/005.wav' }, 'eight of spades four of clubs seven of hearts'],
  [prompt('check-number-dial-again'), 'please check the number and dial again'],
  [prompt('cannot-complete-as-dialed'), 'your call can not be completed as dialed'],
  [prompt('please-try-call-later'), 'please try your call again later'],
  [prompt('vm-nobodyavail'), 'nobody is available to take your call at the moment'],
];

const HALVES: readonly (readonly [string, string])[] = [
  ['I would like to book,', 'a table for two.'],
  ['Can you tell me,', 'when the next train leaves?'],
  ['What I wanted to know is,', 'how far it is to the station.'],
  ['Could you remind me,', 'to call my mother tomorrow?'],
  ['My number is four seven,', 'one nine three.'],
  ['Is there a place near here,', 'that sells flowers?'],
  ['I need a ticket to,', 'the north of Scotland.'],
  ['Please send the message to,', 'my brother and my sister.'],
  ['How long does it take,', 'if I go by bicycle?'],
  ['I was thinking that,', 'we could meet on Thursday.'],
  ['Do you know whether,', 'the museum is open on Monday?'],
  ['Let me see,', 'I think I will take the blue one.'],
  ['What was the name of,', 'that film with the dog?'],
  ['Turn on the lights in,', 'the kitchen and the hall.'],
  ['I have been waiting for,', 'about twenty minutes now.'],
  ['Play some music that,', 'is good for a quiet evening.'],
];
const SYNTHETIC_HALVES: readonly (readonly [string, string])[] = [
  ['Add to my shopping list,', 'milk, bread and a dozen eggs.'],
  ['Is it going to rain,', 'at the end of the week?'],
  ['What happens if,', 'I do not pay in time?'],
  ['I would rather,', 'have the window seat.'],
  ['Set an alarm for,', 'half past six in the morning.'],
  ['Who was it that,', 'wrote the letter to the king?'],
];

const RECORDED_INTERRUPTIONS: readonly (readonly [string, string])[] = [
  ['vm-no', 'no'],
  ['hello', 'hello'],
  ['cancelled', 'cancelled'],
  ['one-moment-please', 'one moment please'],
  ['please-try-again', 'please try again'],
  ['do-not-disturb', 'do not disturb'],
  ['dictate/pause', 'pause'],
  ['goodbye', 'goodbye'],
  ['im-sorry', "I'm sorry"],
  ['sorry-youre-having-problems', "I'm sorry that you're having problems"],
  ['pls-hold-while-try', 'please hold while I try to locate the person you are calling'],
  ['number-not-answering', 'the number is not answering'],
];
const SPOKEN_INTERRUPTIONS = [
  ...['No.', 'Stop.', 'Wait.', 'Hold on.', 'Stop it.', 'No, not that.', 'What about tomorrow?'],
  ...['Can you repeat that?', 'That is not what I meant.', 'Wait a second.'],
  ...['Actually, make it three.', 'I have another question.', 'How much does it cost?'],
  'Sorry, could you speak a little slower?',
];
/** The first four in haste: a quarter of a second of sound, or little more. */
const HASTY_WORDS_PER_MINUTE = 240;
const SYNTHETIC_INTERRUPTIONS = [
  ...['Stop.', 'No.', 'Wait.', 'No!', 'Hold on.', 'What about tomorrow?'],
];

const BACKCHANNELS = ['Uh-huh.', 'Mm-hmm.', 'Okay.', 'Right.', 'Yeah.', 'I see.', 'Mm.'];
const BACKCHANNEL_VOICES = ['af_heart', 'am_michael', 'bf_emma', 'am_puck'];

const bare = (text: string): string => text.replaceAll(/[^\w' -]/gu, '').toLowerCase();

const pauses: ClipRecipe[] = [
  ...RECORDED_PAUSES.map(([sound, text], index) => ({ sounds: [sound] as const, text, index })),
  ...HALVES.map(([first, second], index) => ({
    sounds: [kokoro(kokoroVoice(index), first), kokoro(kokoroVoice(index), second)] as const,
    text: bare(`${first} ${second}`),
    index: index + RECORDED_PAUSES.length,
  })),
  ...SYNTHETIC_HALVES.map(([first, second], index) => ({
    sounds: [espeak(espeakVoice(index), first), espeak(espeakVoice(index), second)] as const,
    text: bare(`${first} ${second}`),
    index: index + RECORDED_PAUSES.length + HALVES.length,
  })),
].map(({ sounds, text, index }) => ({
  ...{ id: `pause-${index + 1}`, set: 'pause' as const, sounds, text },
  pauseMs: restOf(index),
}));

const toRecipe = (set: ClipRecipe['set'], sound: Sound, text: string) => ({
  ...{ set, sounds: [sound] as const, text: bare(text), pauseMs: null },
});

const interruptions = [
  ...RECORDED_INTERRUPTIONS.map(([name, text]) => toRecipe('interruption', prompt(name), text)),
  ...SPOKEN_INTERRUPTIONS.map((text, index) =>
    toRecipe('interruption', kokoro(kokoroVoice(index + 3), text), text),
  ),
  ...SYNTHETIC_INTERRUPTIONS.map((text, index) => {
    const voice = espeak(espeakVoice(index), text, index < 4 ? HASTY_WORDS_PER_MINUTE : 155);
    return toRecipe('interruption', voice, text);
  }),
];

const backchannels = [
  ...BACKCHANNELS.flatMap((text) =>
    BACKCHANNEL_VOICES.map((voice) => toRecipe('backchannel', kokoro(voice, text), text)),
  ),
  ...['Okay.', 'Right.', 'Yeah.', 'I see.'].map((text, index) =>
    toRecipe('backchannel', espeak(espeakVoice(index), text), text),
  ),
];

/** Where music is under way; the pieces open softly. */
const MUSIC_FROM_MS = [20_000, 60_000, 100_000];
const NOISE_MS = 3_000;

const noises = [
  ...Array.from({ length: 8 }, (_, seed) =>
    toRecipe('noise', { from: 'made', what: 'cough', seed }, ''),
  ),
  ...Array.from({ length: 8 }, (_, seed) =>
    toRecipe('noise', { from: 'made', what: 'keyboard', seed }, ''),
  ),
  ...Array.from({ length: 6 }, (_, seed) =>
    toRecipe('noise', { from: 'made', what: 'babble', seed }, ''),
  ),
  ...MUSIC.flatMap((name) =>
    MUSIC_FROM_MS.map((fromMs) => ({
      ...toRecipe('noise', toMusic(name), ''),
      takeMs: [fromMs, fromMs + NOISE_MS] as const,
    })),
  ),
];

function toMusic(name: string): Sound {
  const path = `usr/share/asterisk/moh/${name}.wav`;
  return { from: 'package', name: 'asterisk-moh-opsound-wav', path };
}

const numbered = (recipes: readonly Omit<ClipRecipe, 'id'>[]): ClipRecipe[] =>
  recipes.map((recipe, index) => ({ ...recipe, id: `${recipe.set}-${index + 1}` }));

/** At least thirty of each set, those of people before synthetic ones. */
export const CLIPS: readonly ClipRecipe[] = [
  ...pauses,
  ...numbered(interruptions),
  ...numbered(backchannels),
  ...numbered(noises),
];

/** Two of each set that need nothing but what `npm test` sets up anyway. */
export const QUICK_CLIP_IDS: readonly string[] = [
  ...['pause-2', 'pause-27', 'interruption-27', 'interruption-32'],
  ...['backchannel-29', 'backchannel-31', 'noise-1', 'noise-2'],
];
