// English words that decide who has the floor, and what the agent says without being asked. Data, portable.
import type { TurnWords } from '../turn-words.ts';
import { phrases } from './phrase-list.ts';

export const ENGLISH: TurnWords = {
  language: 'en',
  stop: phrases(`
    stop, stop it, stop talking, wait, hold on, hang on, hold up, no, nope, nah, not that, shut up,
    be quiet, quiet, silence, enough, that's enough, never mind, nevermind, forget it, cancel, pause,
    excuse me, pardon, pardon me, sorry, i'm sorry, what, what's that, say that again, say again,
    come again, repeat that, why, how come, one second, one sec, one moment, just a second,
    just a moment, a moment, a second, give me a second, let me talk, let me speak, listen, actually,
    hey, time out, slow down, skip, skip it, skip that, next, go back`),
  backchannels: phrases(`
    uh huh, uhuh, uhhuh, unh huh, mm hmm, mmhmm, mhm, mhmm, m hm, mm, m, hm, hmm, hum, huh, aha, ah ha,
    ah, oh, ooh, aw, wow, whoa, yeah, yea, ya, yes, yep, yup, okay, ok, k, right, alright, all right,
    that's right, sure, of course, certainly, absolutely, definitely, exactly, totally, true,
    that's true, indeed, fine, good, great, nice, cool, sweet, perfect, awesome, amazing, interesting,
    that's interesting, that's good, that's great, that's nice, sounds good, i see, i know,
    i understand, i get it, got it, gotcha, got you, makes sense, that makes sense, fair enough,
    fair, really, oh really, is that so, no way, no kidding, no problem, no worries, no doubt,
    oh no, oh my, oh my god, oh dear, my goodness, thank you, thanks, thanks a lot, go on, go ahead,
    please go on, continue, keep going, ha, haha, ha ha, heh, well`),
  commonBackchannels: ['uh-huh', 'mm-hmm', 'mm', 'yeah', 'okay', 'right', 'I see'],
  fillers: phrases(`um, uh, er, erm, em, eh, you know, i mean, well, like, so`),
  unfinished: phrases(`
    and, but, or, nor, so, because, cause, since, although, though, unless, until, while, whereas, if,
    whether, than, as, the, a, an, to, of, for, into, onto, between, without, during, per, via, every,
    my, your, his, their, our, its, i, we, they, he, she, i'm, you're, we're, they're, he's, she's,
    it's, there's, that's, i'll, i'd, i've, let's, very, such, kind of, sort of, a lot of, such as,
    for example, for instance, and then, so that, in order to, as well as, according to, because of,
    um, uh, er, erm, you know, i mean, well`),
  stranded: phrases(
    `is, are, was, were, am, be, from, with, about, at, like, in, on, by, which, who`,
  ),
  questionWords: phrases(`
    what, what's, when, when's, where, where's, who, who's, whom, whose, why, why's, how, how's, which`),
  questionOpeners: phrases(`
    is, are, am, was, were, do, does, did, can, could, will, would, shall, should, may, might, must,
    have, has, had, isn't, aren't, wasn't, don't you, doesn't, didn't, can't, couldn't, won't, wouldn't,
    shouldn't, haven't, hasn't, any, and what, and how, and why, and where, so what, so how, so why`),
  questionEndings: phrases(`
    isn't it, aren't you, don't you, doesn't it, can't you, won't you, wasn't it, didn't it, or not,
    do you, are you, is it`),
  requestOpeners: phrases(`
    please, could you, can you, would you, will you, tell me, tell us, show me, find, give me,
    play, set, make, book, read, write, open, remind me, help me, explain, describe, turn on,
    turn off, i'd like you to, let's hear`),
  requestEndings: phrases(`please`),
  digits: phrases(`zero, oh, one, two, three, four, five, six, seven, eight, nine, double, triple`),
  acknowledgements: {
    question: ['Let me see.', 'Good question.', 'Hm, let me think.'],
    request: ['Sure, one moment.', 'Okay, let me do that.', 'Right away.'],
    other: ['Hm, okay.', 'I see.', 'All right.'],
  },
  idlePrompt: 'Are you still there?',
  repeatRequest: "Sorry, I didn't catch that. Could you say it again?",
  progress: 'One moment while I look that up.',
  apology: 'Sorry, that did not work.',
};
