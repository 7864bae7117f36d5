#include "CSupport.h"

#include <optional>
#include <string>
#include <vector>

#define TOML_EXCEPTIONS 0
#include <toml++/toml.h>

struct support_toml {
  struct Entry {
    int depth;
    int line;
    std::string key;
    support_toml_kind kind;
    std::string text;
  };

  std::vector<Entry> entries;
  int line = 0;
  std::string fault;

  /// What a value is, and its text.
  void note(int depth, std::string key, const toml::node &node) {
    Entry entry{depth, static_cast<int>(node.source().begin.line), std::move(key), SUPPORT_TOML_OTHER, {}};
    if (auto text = node.as_string()) {
      entry.kind = SUPPORT_TOML_STRING;
      entry.text = text->get();
    } else if (auto number = node.as_integer()) {
      entry.kind = SUPPORT_TOML_INTEGER;
      entry.text = std::to_string(number->get());
    } else if (auto flag = node.as_boolean()) {
      entry.kind = SUPPORT_TOML_BOOLEAN;
      entry.text = flag->get() ? "true" : "false";
    } else if (auto date = node.as_date()) {
      char text[16];
      snprintf(text, sizeof text, "%04d-%02d-%02d", date->get().year, date->get().month, date->get().day);
      entry.kind = SUPPORT_TOML_DATE;
      entry.text = text;
    } else if (node.is_table()) {
      entry.kind = SUPPORT_TOML_TABLE;
    } else if (node.is_array()) {
      entry.kind = SUPPORT_TOML_ARRAY;
    }
    entries.push_back(std::move(entry));
    if (auto table = node.as_table()) {
      noteMembers(depth + 1, *table);
    } else if (auto array = node.as_array()) {
      for (size_t index = 0; index < array->size(); index++) {
        note(depth + 1, std::to_string(index), *array->get(index));
      }
    }
  }

  void noteMembers(int depth, const toml::table &table) {
    for (auto &&[key, value] : table) note(depth, std::string(key.str()), value);
  }
};

support_toml *support_read_toml(const char *text, size_t length) {
  auto document = new support_toml;
  auto parsed = toml::parse(std::string_view(text, length));
  if (parsed) {
    document->noteMembers(0, parsed.table());
  } else {
    document->line = static_cast<int>(parsed.error().source().begin.line);
    document->fault = parsed.error().description();
  }
  return document;
}

void support_free_toml(support_toml *document) { delete document; }

const char *support_toml_fault(const support_toml *document, int *line) {
  *line = document->line;
  return document->fault.empty() ? nullptr : document->fault.c_str();
}

size_t support_toml_count(const support_toml *document) { return document->entries.size(); }

support_toml_entry support_toml_entry_at(const support_toml *document, size_t index) {
  const auto &entry = document->entries[index];
  return {entry.depth, entry.line, entry.key.c_str(), entry.kind, entry.text.c_str()};
}
