// The bytes of a lexicon file, shared by what writes and what reads it. Constants alone.
//
// Little-endian. Words are sorted by their bytes, in blocks of BLOCK_WORDS; a word gives how many letters it shares with the one before
// it in the block, then the other letters, the last with LAST set, then its pronunciations, whose last byte has LAST set:
// phonemes as their place in the alphabet and one; TAG and a tag's place before each pronunciation but the usual one.

/** "PLX1", then three 32-bit numbers: blocks, bytes of words, bytes of the letter-to-sound tree. Block offsets follow. */
export const MAGIC = 0x31584c50;
export const HEADER_BYTES = 16;
export const BLOCK_WORDS = 16;
export const LAST = 0x80;
export const TAG = 0x40;
/** In the byte of shared letters: the word was checked by the lexicon's makers. */
export const CHECKED = 0x80;
