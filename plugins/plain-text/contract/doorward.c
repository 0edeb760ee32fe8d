#include "doorward.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// plugin.c asks for the object file that holds the types; `doorward plugin build` reads them in wit/.
void __component_type_object_force_link_plugin(void) {}

// Memory, or the end.
static void *take_memory(void *old, size_t size) {
  void *memory = realloc(old, size);
  if (memory == NULL) abort();
  return memory;
}

plugin_string_t text(const char *format, ...) {
  va_list given, again;
  va_start(given, format);
  va_copy(again, given);
  int length = vsnprintf(NULL, 0, format, given);
  if (length < 0) abort();
  char *made = take_memory(NULL, (size_t)length + 1);
  vsnprintf(made, (size_t)length + 1, format, again);
  va_end(again);
  va_end(given);
  return (plugin_string_t){(uint8_t *)made, (size_t)length};
}

plugin_list_string_t words(size_t count, ...) {
  va_list given;
  va_start(given, count);
  plugin_string_t *made = take_memory(NULL, (count + 1) * sizeof *made);
  for (size_t i = 0; i < count; i++) made[i] = text("%s", va_arg(given, const char *));
  va_end(given);
  return (plugin_list_string_t){made, count};
}

bool same(plugin_string_t one, plugin_string_t other) {
  return one.len == other.len && (one.len == 0 || memcmp(one.ptr, other.ptr, one.len) == 0);
}

bool is(plugin_string_t one, const char *word) {
  return same(one, (plugin_string_t){(uint8_t *)word, strlen(word)});
}

types_finding_t finding(const char *code, plugin_string_t reason, plugin_string_t pointer) {
  return (types_finding_t){
      .code = text("%s", code),
      .reason = reason,
      .severity = TYPES_SEVERITY_ERROR,
      .pointer = {true, text("%.*s", SHOWN(pointer))},
  };
}

types_finding_t instead(types_finding_t finding, plugin_string_t remediation) {
  finding.remediation = (plugin_option_string_t){true, remediation};
  return finding;
}

types_verdict_t allow(void) { return (types_verdict_t){.tag = TYPES_VERDICT_ALLOW}; }

types_verdict_t deny(types_finding_t finding) {
  return (types_verdict_t){.tag = TYPES_VERDICT_DENY, .val.deny = finding};
}

void add(exports_lifecycle_list_finding_t *list, types_finding_t finding) {
  list->ptr = take_memory(list->ptr, (list->len + 1) * sizeof *list->ptr);
  list->ptr[list->len++] = finding;
}

// The gateway hands on JSON that it has read and written itself. What follows trusts that it is JSON, but not where it ends.

static int peek(const plugin_string_t *json) { return json->len > 0 ? *json->ptr : -1; }

static int next(plugin_string_t *json) {
  int letter = peek(json);
  if (letter >= 0) json->ptr++, json->len--;
  return letter;
}

static void skip(plugin_string_t *json, const char *letters) {
  while (peek(json) > 0 && strchr(letters, peek(json)) != NULL) next(json);
}

static uint32_t hex(plugin_string_t *json) {
  char digits[5] = {0};
  for (int i = 0; i < 4; i++) digits[i] = (char)next(json);
  return (uint32_t)strtoul(digits, NULL, 16);
}

static size_t put_utf8(uint32_t letter, uint8_t *out) {
  if (letter < 0x80) return out[0] = (uint8_t)letter, 1;
  size_t more = letter < 0x800 ? 1 : letter < 0x10000 ? 2 : 3;
  const uint8_t first[] = {0, 0xC0, 0xE0, 0xF0};
  out[0] = (uint8_t)(first[more] | letter >> (6 * more));
  for (size_t i = 1; i <= more; i++) out[i] = (uint8_t)(0x80 | (letter >> (6 * (more - i)) & 0x3F));
  return more + 1;
}

static plugin_string_t string(plugin_string_t *json) {
  // No escape is shorter than what it stands for.
  plugin_string_t out = {take_memory(NULL, json->len + 1), 0};
  next(json);
  for (int letter = next(json); letter >= 0 && letter != '"'; letter = next(json)) {
    if (letter == '\\') {
      letter = next(json);
      if (letter == 'u') {
        uint32_t point = hex(json);
        if (point >= 0xD800 && point < 0xDC00) {
          next(json), next(json);
          point = 0x10000 + ((point - 0xD800) << 10) + (hex(json) - 0xDC00);
        }
        out.len += put_utf8(point, out.ptr + out.len);
        continue;
      }
      const char *from = "bfnrt", *to = "\b\f\n\r\t", *place = strchr(from, letter);
      if (place != NULL) letter = to[place - from];
    }
    out.ptr[out.len++] = (uint8_t)letter;
  }
  return out;
}

// Passes over a value, whatever it is.
static void pass_over(plugin_string_t *json) {
  for (size_t depth = 0; peek(json) >= 0;) {
    int letter = peek(json);
    if (depth == 0 && (letter == ',' || letter == '}')) return;
    if (letter == '"') {
      string(json);
      continue;
    }
    if (letter == '[' || letter == '{') depth++;
    if (letter == ']' || letter == '}') depth--;
    next(json);
  }
}

static bool list_of_strings(plugin_string_t *json, plugin_list_string_t *list) {
  *list = (plugin_list_string_t){NULL, 0};
  for (next(json), skip(json, " \t\r\n"); peek(json) == '"'; skip(json, " \t\r\n,")) {
    list->ptr = take_memory(list->ptr, (list->len + 1) * sizeof *list->ptr);
    list->ptr[list->len++] = string(json);
  }
  return next(json) == ']';
}

static bool whole_number(plugin_string_t *json, uint64_t *number) {
  for (*number = 0; peek(json) >= '0' && peek(json) <= '9' && *number <= UINT64_C(1) << 53;) {
    *number = *number * 10 + (uint64_t)(next(json) - '0');
  }
  skip(json, " \t\r\n");
  return *number <= UINT64_C(1) << 53 && (peek(json) == ',' || peek(json) == '}');
}

bool next_setting(plugin_string_t *json, setting_t *setting) {
  skip(json, " \t\r\n{,");
  if (peek(json) != '"') return false;
  *setting = (setting_t){.name = string(json), .kind = SETTING_OTHER};
  skip(json, " \t\r\n:");
  plugin_string_t value = *json;
  switch (peek(json)) {
    case '"':
      setting->text = string(json);
      setting->kind = SETTING_TEXT;
      break;
    case '[':
      if (list_of_strings(json, &setting->list)) setting->kind = SETTING_LIST;
      break;
    case 't':
      setting->kind = SETTING_TRUE;
      break;
    case 'f':
      setting->kind = SETTING_FALSE;
      break;
    case '0' ... '9':
      if (whole_number(json, &setting->number)) setting->kind = SETTING_NUMBER;
      break;
  }
  pass_over(&value);
  *json = value;
  return true;
}
