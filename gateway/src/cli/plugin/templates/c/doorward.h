// What plugins in C need beside the contract, which is in plugin.h: texts, findings and settings.
//
// Every question meets a fresh instance, whose memory is thrown away after it: nothing here is ever freed. What the plugin
// answers is freed by plugin.c, so it is made of what these functions make.

#ifndef DOORWARD_H
#define DOORWARD_H

#include "plugin.h"

// A text, as printf would print it.
__attribute__((format(printf, 1, 2))) plugin_string_t text(const char *format, ...);

// A text for `%.*s`.
#define SHOWN(text) (int)(text).len, (const char *)(text).ptr

// A list of so many words.
plugin_list_string_t words(size_t count, ...);

// Whether two texts are the same.
bool same(plugin_string_t one, plugin_string_t other);

// Whether a text is this word.
bool is(plugin_string_t one, const char *word);

// Why: a stable word for programs, one sentence for people, and the place as a JSON pointer.
types_finding_t finding(const char *code, plugin_string_t reason, plugin_string_t pointer);

// The same finding, which also says what would be allowed.
types_finding_t instead(types_finding_t finding, plugin_string_t remediation);

// Verdicts on a call.
types_verdict_t allow(void);
types_verdict_t deny(types_finding_t finding);

// Adds a finding to a list.
void add(exports_lifecycle_list_finding_t *list, types_finding_t finding);

// One setting, as a policy writes it beneath `config`.
typedef struct setting_t {
  plugin_string_t name;
  enum { SETTING_OTHER, SETTING_TEXT, SETTING_LIST, SETTING_NUMBER, SETTING_TRUE, SETTING_FALSE } kind;
  // Of SETTING_TEXT.
  plugin_string_t text;
  // Of SETTING_LIST, which is a list of strings.
  plugin_list_string_t list;
  // Of SETTING_NUMBER, which is a whole number from 0 to 2^53.
  uint64_t number;
} setting_t;

// Takes the next setting from the JSON text that `configure` was given; false where there is none left.
bool next_setting(plugin_string_t *json, setting_t *setting);

#endif
