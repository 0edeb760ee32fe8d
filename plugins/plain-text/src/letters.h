// Letters that people do not see as they are, by what they do instead.

#ifndef LETTERS_H
#define LETTERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef enum {
  PLAIN,
  // A break of a line, or a tab.
  BREAK,
  // A joiner or a choice of emoji: a word or two of them belong to what stands before.
  JOINER,
  // It controls a terminal or a program.
  CONTROL,
  // It turns the direction in which text is read.
  DIRECTION,
  // Nothing is seen of it.
  INVISIBLE,
} kind_t;

// The next letter of a text in UTF-8, which moves on; the gateway has seen that it is UTF-8.
uint32_t next_letter(const uint8_t **text);

kind_t kind_of(uint32_t letter);

#endif
