// SPDX-License-Identifier: Apache-2.0
#include "adapters/files/json_tree.h"

#include <fmt/format.h>
#include <simdjson.h>

#include <set>

#include "adapters/files/encoding.h"
#include "base/text.h"

namespace suyuan {

namespace {

namespace od = simdjson::ondemand;

Error refuse(std::string_view code, std::string text) {
  return Error{ErrorKind::kInvalid, std::string(code), std::move(text)};
}

// RFC 8259 §6; numbers beyond a double are numbers.
bool spelled_like_a_number(std::string_view text) {
  const auto digits = [&text] {
    const std::size_t size = std::min(text.find_first_not_of("0123456789"), text.size());
    text.remove_prefix(size);
    return size;
  };
  if (text.starts_with('-')) text.remove_prefix(1);
  const bool leading_zero = text.starts_with('0');
  const std::size_t whole = digits();
  if (whole == 0 || (leading_zero && whole > 1)) return false;
  if (text.starts_with('.')) {
    text.remove_prefix(1);
    if (digits() == 0) return false;
  }
  if (text.starts_with('e') || text.starts_with('E')) {
    text.remove_prefix(1);
    if (text.starts_with('+') || text.starts_with('-')) text.remove_prefix(1);
    if (digits() == 0) return false;
  }
  return text.empty();
}

class Building {
 public:
  Building(std::string_view bytes, const JsonLimits& limits) : padded_(bytes), limits_(limits) {}

  Result<Json> document() {
    od::document document;
    if (auto failed = parser_.iterate(padded_).get(document)) return syntax(failed, "");
    od::value root;
    if (document.get_value().get(root))
      return refuse("json.syntax", "The document is a single value; an object { } is expected.");
    auto tree = build(root, "", 0);
    if (tree && !document.current_location().error())
      return refuse("json.syntax",
                    "Something follows after the end of the JSON document. Send one document at a time.");
    return tree;
  }

 private:
  static Error syntax(simdjson::error_code failed, const std::string& path) {
    return refuse(
        "json.syntax",
        fmt::format(
            "The document is no sound JSON at {}: {} Check that it is whole; NaN and Infinity are no numbers there.",
            path.empty() ? "its beginning" : excerpt(path), simdjson::error_message(failed)));
  }

  Result<Json> build(od::value value, const std::string& path, int depth) {
    if (depth > limits_.depth)
      return refuse("json.too_deep", fmt::format("{} lies deeper than {} levels; nothing here needs that.",
                                                 excerpt(path), limits_.depth));
    if (++values_ > limits_.values)
      return refuse(
          "json.too_many",
          fmt::format("The document holds more than {} values. Leave out what is not asked for.", limits_.values));
    od::json_type type{};
    if (auto failed = value.type().get(type)) return syntax(failed, path);
    switch (type) {
      case od::json_type::object:
        return object(value, path, depth);
      case od::json_type::array:
        return list(value, path, depth);
      case od::json_type::string:
        return text(value, path);
      case od::json_type::number:
        return number(value, path);
      default:
        return word(value, type, path);
    }
  }

  Result<Json> object(od::value value, const std::string& path, int depth) {
    od::object members;
    if (auto failed = value.get_object().get(members)) return syntax(failed, path);
    Json tree = Json::object();
    std::set<std::string, std::less<>> seen;
    for (auto member : members) {
      std::string_view key;
      if (auto failed = member.unescaped_key().get(key)) return syntax(failed, path);
      const std::string name(key), here = path + "/" + json_pointer_token(excerpt(name));
      if (!seen.insert(name).second)
        return refuse(
            "json.duplicate_member",
            fmt::format("{} comes twice in its object; which one counts cannot be known. Leave one.", excerpt(here)));
      od::value inner;
      if (auto failed = member.value().get(inner)) return syntax(failed, here);
      auto child = build(inner, here, depth + 1);
      if (!child) return child;
      tree.add(name, std::move(*child));
    }
    return tree;
  }

  Result<Json> list(od::value value, const std::string& path, int depth) {
    od::array items;
    if (auto failed = value.get_array().get(items)) return syntax(failed, path);
    Json tree = Json::list();
    for (auto item : items) {
      const std::string here = fmt::format("{}/{}", path, tree.items.size());
      od::value inner;
      if (auto failed = item.get(inner)) return syntax(failed, here);
      auto child = build(inner, here, depth + 1);
      if (!child) return child;
      tree.items.push_back(std::move(*child));
    }
    return tree;
  }

  static Result<Json> text(od::value value, const std::string& path) {
    std::string_view view;
    if (auto failed = value.get_string().get(view)) return syntax(failed, path);
    return Json::of_text(view);
  }

  static Result<Json> number(od::value value, const std::string& path) {
    const std::string_view token = trim(value.raw_json_token());
    double unused = 0;  // tells simdjson that the value was read
    if (auto failed = value.get_double().get(unused); failed && failed != simdjson::NUMBER_ERROR)
      return syntax(failed, path);
    if (!spelled_like_a_number(token)) return syntax(simdjson::NUMBER_ERROR, path);
    return Json::number(token);
  }

  static Result<Json> word(od::value value, od::json_type type, const std::string& path) {
    if (type == od::json_type::boolean) {
      bool truth = false;
      if (auto failed = value.get_bool().get(truth)) return syntax(failed, path);
      return Json::boolean(truth);
    }
    bool null = false;
    if (auto failed = value.is_null().get(null); failed || !null)
      return syntax(failed ? failed : simdjson::N_ATOM_ERROR, path);
    return Json();
  }

  simdjson::padded_string padded_;
  od::parser parser_;
  JsonLimits limits_;
  std::size_t values_ = 0;
};

}  // namespace

Result<Json> read_json(std::string_view bytes, const JsonLimits& limits) {
  if (bytes.size() > limits.bytes)
    return Error{ErrorKind::kTooLarge, "document.too_large",
                 fmt::format("The document has {} bytes; at most {} are read. Leave out what is not asked for.",
                             bytes.size(), limits.bytes)};
  if (bytes.starts_with(kByteOrderMark)) bytes.remove_prefix(kByteOrderMark.size());
  auto sound = check_encoding(bytes);
  if (!sound) return std::move(sound.error());
  return Building(bytes, limits).document();
}

}  // namespace suyuan
