#include "letters.h"

typedef struct {
  uint32_t first, last;
  kind_t kind;
} range_t;

// Sorted. What is not here is plain.
static const range_t RANGES[] = {
    {0x0000, 0x0008, CONTROL},
    {0x0009, 0x000A, BREAK},
    {0x000B, 0x000C, CONTROL},
    {0x000D, 0x000D, BREAK},
    {0x000E, 0x001F, CONTROL},
    {0x007F, 0x009F, CONTROL},
    {0x00AD, 0x00AD, INVISIBLE},    // soft hyphen
    {0x034F, 0x034F, INVISIBLE},    // grapheme joiner
    {0x061C, 0x061C, DIRECTION},
    {0x115F, 0x1160, INVISIBLE},    // fillers of Hangul
    {0x17B4, 0x17B5, INVISIBLE},    // vowels of Khmer that are not written
    {0x180B, 0x180F, INVISIBLE},    // variants of Mongolian
    {0x200B, 0x200B, INVISIBLE},    // space of no width
    {0x200C, 0x200D, JOINER},
    {0x200E, 0x200F, DIRECTION},
    {0x2028, 0x2029, CONTROL},      // separators of lines and paragraphs
    {0x202A, 0x202E, DIRECTION},
    {0x2060, 0x2065, INVISIBLE},    // operators that are not written
    {0x2066, 0x2069, DIRECTION},
    {0x206A, 0x206F, INVISIBLE},
    {0x3164, 0x3164, INVISIBLE},    // filler of Hangul
    {0xFE00, 0xFE0D, INVISIBLE},    // variants
    {0xFE0E, 0xFE0F, JOINER},
    {0xFEFF, 0xFEFF, INVISIBLE},    // mark of byte order
    {0xFFA0, 0xFFA0, INVISIBLE},    // filler of Hangul
    {0xFFF0, 0xFFFB, INVISIBLE},    // annotations
    {0x1BCA0, 0x1BCA3, INVISIBLE},  // shorthand
    {0x1D173, 0x1D17A, INVISIBLE},  // beams of music
    {0xE0000, 0xE0FFF, INVISIBLE},  // tags, and more variants
};

uint32_t next_letter(const uint8_t **text) {
  uint32_t first = *(*text)++;
  size_t more = first < 0x80 ? 0 : first < 0xE0 ? 1 : first < 0xF0 ? 2 : 3;
  const uint8_t payload[] = {0x7F, 0x1F, 0x0F, 0x07};
  uint32_t letter = first & payload[more];
  while (more-- > 0) letter = letter << 6 | (*(*text)++ & 0x3F);
  return letter;
}

kind_t kind_of(uint32_t letter) {
  for (size_t i = 0; i < sizeof RANGES / sizeof *RANGES && RANGES[i].first <= letter; i++) {
    if (letter <= RANGES[i].last) return RANGES[i].kind;
  }
  return PLAIN;
}
