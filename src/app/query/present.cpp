// SPDX-License-Identifier: Apache-2.0
#include "app/query/present.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json.hpp>

#include "base/text.h"

namespace suyuan {

namespace {

namespace json = boost::json;
using trace::Node;
using trace::RawDocument;

// Looks at one event's own bytes, as they came; they were checked when they were captured.
json::object parsed(std::string_view bytes) {
  boost::system::error_code error;
  json::parse_options options;
  options.max_depth = 128;
  json::value value = json::parse(bytes, error, {}, options);
  return !error && value.is_object() ? std::move(value.as_object()) : json::object();
}

// The frame of a document is the document without its events, but with the commas that stood between them: "[ , , ]".
std::string without_gaps(std::string_view frame) {
  std::string text;
  std::size_t last = std::string::npos;  // the last character of `text` that is no blank and in no string
  bool in_string = false;
  for (std::size_t i = 0; i < frame.size(); ++i) {
    const char c = frame[i];
    if (in_string) {
      text += c;
      if (c == '\\' && i + 1 < frame.size()) text += frame[++i];
      in_string = c != '"';
      continue;
    }
    in_string = c == '"';
    const char before = last == std::string::npos ? ' ' : text[last];
    if (c == ',' && (before == '[' || before == ',')) continue;
    if (c == ']' && before == ',') text[last] = ' ';
    if (std::string_view(" \t\r\n").find(c) == std::string_view::npos) last = text.size();
    text += c;
  }
  return text;
}

// A start or end tag of well-formed XML. Comments, character data and instructions hold none.
struct Tag {
  std::size_t begin = 0, end = 0;  // from "<" to behind ">"
  std::string_view local;
  bool is_end = false, is_empty = false;
};

std::size_t behind(std::string_view xml, std::string_view mark, std::size_t from) {
  const std::size_t at = xml.find(mark, from);
  return at == std::string_view::npos ? xml.size() : at + mark.size();
}

// Behind the ">" of the tag that begins at `from`; values may hold ">".
std::size_t tag_end(std::string_view xml, std::size_t from) {
  char quote = 0;
  for (std::size_t i = from; i < xml.size(); ++i) {
    if (quote != 0)
      quote = xml[i] == quote ? '\0' : quote;
    else if (xml[i] == '"' || xml[i] == '\'')
      quote = xml[i];
    else if (xml[i] == '>')
      return i + 1;
  }
  return xml.size();
}

std::vector<Tag> tags_of(std::string_view xml) {
  std::vector<Tag> tags;
  std::size_t at = xml.find('<');
  while (at < xml.size()) {
    const std::string_view rest = xml.substr(at);
    std::size_t end = 0;
    if (rest.starts_with("<!--")) {
      end = behind(xml, "-->", at + 4);
    } else if (rest.starts_with("<![CDATA[")) {
      end = behind(xml, "]]>", at + 9);
    } else if (rest.starts_with("<?")) {
      end = behind(xml, "?>", at + 2);
    } else {
      end = tag_end(xml, at);
      Tag tag{at, end, {}, rest.starts_with("</"), end >= 2 && xml[end - 2] == '/'};
      const std::size_t name = at + (tag.is_end ? 2 : 1);
      tag.local = xml.substr(name, std::min(xml.find_first_of(" \t\r\n/>", name), end) - name);
      const std::size_t colon = tag.local.find(':');
      if (colon != std::string_view::npos) tag.local.remove_prefix(colon + 1);
      tags.push_back(tag);
    }
    at = xml.find('<', end);
  }
  return tags;
}

// Master data may be large, and no event needs it to be read.
std::string without_header(std::string frame) {
  std::size_t begin = std::string::npos;
  for (const Tag& tag : tags_of(frame)) {
    if (tag.local != "EPCISHeader" || tag.is_empty) continue;
    if (!tag.is_end && begin == std::string::npos) begin = tag.begin;
    if (tag.is_end && begin != std::string::npos) return frame.erase(begin, tag.end - begin);
  }
  return frame;
}

Error unreadable(const trace::StoredEvent& event) {
  return Error{ErrorKind::kCorrupt, "store.damaged",
               fmt::format("The original of the event {} cannot be read again. Stop the server and restore the last "
                           "backup.",
                           excerpt(event.id, 200))};
}

// Whether the bytes of a JSON event need no rewriting. An escape could hide a URN.
bool says_ids_as(trace::EpcFormat format, std::string_view bytes) {
  if (format != trace::EpcFormat::kDigitalLink) return format == trace::EpcFormat::kAsCaptured;
  return bytes.find("urn:epc:") == std::string_view::npos && bytes.find('\\') == std::string_view::npos;
}

void set_text(Node& event, std::string_view name, std::string text, std::size_t place) {
  for (Node& child : event.children) {
    if (child.name != name) continue;
    child.text = std::move(text);
    return;
  }
  Node node;
  node.kind = Node::Kind::kText;
  node.name = name;
  node.text = std::move(text);
  node.path = event.path + "/" + std::string(name);
  event.children.insert(event.children.begin() + static_cast<std::ptrdiff_t>(std::min(place, event.children.size())),
                        std::move(node));
}

}  // namespace

void Presenter::learn_frame(const Warehouse::Original& original) {
  if (!job_.empty() && job_ == original.job) return;
  job_ = original.job;
  context_.clear();
  frame_.clear();
  places_.clear();
  if (original.syntax == RawDocument::Syntax::kJson) {
    // Read by the reader that took the document, not by another that may be stricter with numbers.
    const auto frame = read_(without_gaps(original.frame));
    const Node* context = frame ? frame->header.find("@context") : nullptr;
    if (context == nullptr || context->kind == Node::Kind::kText) return;
    Node holder;
    holder.kind = Node::Kind::kObject;
    holder.children.push_back(*context);
    const auto text = writer_.event(holder, Syntax::kJson, CbvForm::kUrn);
    constexpr std::string_view kBefore = R"({"@context":)";
    if (text) context_ = text->substr(kBefore.size(), text->size() - kBefore.size() - 1);
    return;
  }
  frame_ = without_header(original.frame);
  for (const Tag& tag : tags_of(frame_)) {
    const bool holds_events = tag.local == "EventList" || tag.local == "extension" || tag.local == "baseExtension";
    if (holds_events && !tag.is_end && !tag.is_empty) places_.push_back(tag.end);
  }
  if (places_.empty()) {  // the event was the whole document
    frame_.clear();
    places_.push_back(0);
  }
}

std::optional<Node> Presenter::node_of_json(const Warehouse::Original& original) const {
  const bool is_alone = context_.empty();
  auto document = read_(
      is_alone
          ? original.bytes
          : fmt::format(
                R"({{"@context":{},"type":"EPCISDocument","schemaVersion":"2.0","creationDate":"2000-01-01T00:00:00Z",)"
                R"("epcisBody":{{"eventList":[{}]}}}})",
                context_, original.bytes));
  if (!document || document->events.size() != 1) return std::nullopt;
  return std::move(document->events.front().node);
}

// The frame still holds events that were refused, and may have several lists: the right place is the one where the
// event is read as an event.
std::optional<Node> Presenter::node_of_xml(const Warehouse::Original& original) {
  for (std::size_t& place : places_) {
    auto document = read_(frame_.substr(0, place) + original.bytes + frame_.substr(place));
    if (!document) continue;
    for (trace::RawEvent& event : document->events) {
      if (event.begin != place) continue;
      Node node = std::move(event.node);
      std::swap(place, places_.front());  // the next event will stand there too
      return node;
    }
  }
  return std::nullopt;
}

Result<trace::Node> Presenter::tree(const trace::StoredEvent& event, const Warehouse::Original& original) {
  learn_frame(original);
  const bool is_json = original.syntax == RawDocument::Syntax::kJson;
  auto node = is_json ? node_of_json(original) : node_of_xml(original);
  if (!node) return unreadable(event);
  set_text(*node, "eventID", event.id, 1);
  set_text(*node, "recordTime", format_instant_ms(event.recorded), 2);
  return std::move(*node);
}

Result<std::string> Presenter::text(const trace::StoredEvent& event, const Warehouse::Original& original,
                                    const Presentation& how) {
  learn_frame(original);
  const bool as_it_came = original.syntax == RawDocument::Syntax::kJson && how.syntax == Syntax::kJson &&
                          says_ids_as(how.epcs, original.bytes);
  const json::object members = as_it_came ? parsed(original.bytes) : json::object();
  const bool two_contexts = members.contains("@context") && !context_.empty();
  const std::size_t brace = original.bytes.find('{');
  if (!as_it_came || two_contexts || members.empty() || brace == std::string::npos) {
    auto node = tree(event, original);
    if (!node) return std::move(node.error());
    if (auto done = trace::write_ids_as(how.epcs, *node); !done) return std::move(done.error());
    return writer_.event(*node, how.syntax, how.cbv);
  }
  std::string additions;
  const auto add = [&](std::string_view name, const std::string& value) {
    if (!members.contains(name)) additions += fmt::format("\"{}\":{},", name, value);
  };
  if (!context_.empty()) add("@context", context_);
  add("eventID", json::serialize(json::string(event.id)));
  add("recordTime", fmt::format("\"{}\"", format_instant_ms(event.recorded)));
  std::string bytes = original.bytes;
  return bytes.insert(brace + 1, additions);
}

}  // namespace suyuan
