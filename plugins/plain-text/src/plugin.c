// A Doorward plugin that lets calls pass whose strings are what people see of them.

#include "../contract/doorward.h"
#include "letters.h"

// What the settings are, for whoever writes a policy.
static const char SCHEMA[] =
    "{\"type\": \"object\", \"properties\": {"
    "\"lines\": {\"type\": \"array\", \"items\": {\"type\": \"string\"}, "
    "\"description\": \"JSON pointers to the arguments in which lines may be broken, and tabs may stand.\"}, "
    "\"longest\": {\"type\": \"integer\", \"minimum\": 1, \"default\": 65536, "
    "\"description\": \"How many bytes the longest string may have.\"}, "
    "\"most\": {\"type\": \"integer\", \"minimum\": 1, \"maximum\": 100000, \"default\": 1000, "
    "\"description\": \"How many strings there may be, names of members included.\"}}, "
    "\"additionalProperties\": false}";

// The most strings that a setting may ask for.
#define CEILING 100000

// How many joiners may follow one another.
#define JOINERS 2

// The settings of this instance. Every call meets a fresh one, configured before.
static plugin_list_string_t lines;
static uint64_t longest = 65536;
static uint32_t most = 1000;

void exports_lifecycle_describe(types_description_t *said) {
  *said = (types_description_t){
      .name = text("plain-text"),
      .version = text("0.1.0"),
      .summary = text("lets calls pass whose strings are what people see of them"),
      .hooks = words(1, "call-hook"),
      .settings_schema = {true, text("%s", SCHEMA)},
  };
}

// Takes one setting, or says what is wrong with it; nothing where all is well.
static const char *take(const setting_t *setting) {
  if (is(setting->name, "lines")) {
    if (setting->kind != SETTING_LIST) return "is not a list of strings";
    lines = setting->list;
  } else if (is(setting->name, "longest")) {
    if (setting->kind != SETTING_NUMBER || setting->number == 0) return "is not a whole number from 1 on";
    longest = setting->number;
  } else if (is(setting->name, "most")) {
    if (setting->kind != SETTING_NUMBER || setting->number == 0 || setting->number > CEILING) {
      return "is not a whole number from 1 to 100000";
    }
    most = (uint32_t)setting->number;
  } else {
    return "is no setting";
  }
  return NULL;
}

// Takes the settings that a policy writes, or finds all that is wrong with them and returns false.
bool exports_lifecycle_configure(plugin_string_t *json, exports_lifecycle_list_finding_t *found) {
  *found = (exports_lifecycle_list_finding_t){NULL, 0};
  for (setting_t setting; next_setting(json, &setting);) {
    const char *wrong = take(&setting);
    if (wrong == NULL) continue;
    plugin_string_t reason = text("`%.*s` %s", SHOWN(setting.name), wrong);
    add(found, finding("settings.invalid", reason, text("/%.*s", SHOWN(setting.name))));
  }
  return found->len == 0;
}

// Whether lines may be broken in a string.
static bool has_lines(const document_leaf_t *leaf) {
  for (size_t i = 0; i < lines.len; i++) {
    if (leaf->side == DOCUMENT_SIDE_VALUE && same(leaf->pointer, lines.ptr[i])) return true;
  }
  return false;
}

static types_verdict_t refused(const document_leaf_t *leaf, const char *code, uint32_t letter, const char *what) {
  const char *where = leaf->side == DOCUMENT_SIDE_KEY ? "the name of a member" : "a string";
  return deny(finding(code, text("%s has U+%04X in it, which %s", where, (unsigned)letter, what), leaf->pointer));
}

// Judges one string.
static types_verdict_t check_string(const document_leaf_t *leaf) {
  if (leaf->text.len > longest) {
    plugin_string_t reason = text("a string has %zu bytes, and %llu are allowed", leaf->text.len, (unsigned long long)longest);
    return deny(finding("text.long", reason, leaf->pointer));
  }
  const uint8_t *place = leaf->text.ptr, *end = place + leaf->text.len;
  for (size_t joiners = 0; place < end;) {
    uint32_t letter = next_letter(&place);
    kind_t kind = kind_of(letter);
    joiners = kind == JOINER ? joiners + 1 : 0;
    if (kind == BREAK && !has_lines(leaf)) {
      types_verdict_t no = refused(leaf, "text.break", letter, "breaks a line or aligns it");
      no.val.deny = instead(no.val.deny, text("one line without tabs"));
      return no;
    }
    if (kind == CONTROL) return refused(leaf, "text.control", letter, "is for terminals, not for people");
    if (kind == DIRECTION) return refused(leaf, "text.direction", letter, "turns the direction of what is read");
    if (kind == INVISIBLE || joiners > JOINERS) return refused(leaf, "text.invisible", letter, "nobody sees");
  }
  return allow();
}

void exports_call_hook_check_call(types_call_context_t *context, document_borrow_json_t document, types_verdict_t *said) {
  (void)context;
  document_list_leaf_t leaves;
  document_too_many_t too_many;
  if (!document_method_json_strings(document, most, &leaves, &too_many)) {
    plugin_string_t reason = text("there are %u strings, and %u are allowed", (unsigned)too_many.found, (unsigned)most);
    *said = deny(finding("text.many", reason, text("")));
    return;
  }
  *said = allow();
  for (size_t i = 0; i < leaves.len && said->tag == TYPES_VERDICT_ALLOW; i++) *said = check_string(&leaves.ptr[i]);
}
