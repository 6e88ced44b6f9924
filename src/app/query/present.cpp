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

// Where the content of the first element of that local name begins; npos when there is none. The frame is well-formed.
std::size_t content_of(std::string_view xml, std::string_view local) {
  for (std::size_t at = xml.find('<'); at != std::string_view::npos; at = xml.find('<', at + 1)) {
    if (xml.substr(at).starts_with("<!--")) {
      at = std::min(xml.find("-->", at), xml.size() - 1);
      continue;
    }
    const std::size_t end = xml.find_first_of(" \t\r\n/>", at + 1);
    if (end == std::string_view::npos) return end;
    std::string_view name = xml.substr(at + 1, end - at - 1);
    name.remove_prefix(name.find(':') == std::string_view::npos ? 0 : name.find(':') + 1);
    if (name != local) continue;
    const std::size_t close = xml.find('>', end == 0 ? at : end);
    return close == std::string_view::npos ? close : close + 1;
  }
  return std::string_view::npos;
}

// Master data may be large, and no event needs it to be read.
std::string without_header(std::string frame) {
  const std::size_t begin = frame.find("<EPCISHeader");
  const std::size_t end = frame.find("</EPCISHeader>");
  if (begin != std::string::npos && end != std::string::npos && end > begin) frame.erase(begin, end + 14 - begin);
  return frame;
}

Error unreadable(const trace::StoredEvent& event) {
  return Error{ErrorKind::kCorrupt, "store.damaged",
               fmt::format("The original of the event {} cannot be read again. Stop the server and restore the last "
                           "backup.",
                           excerpt(event.id, 200))};
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
  before_.clear();
  after_.clear();
  if (original.syntax == RawDocument::Syntax::kJson) {
    const json::object frame = parsed(without_gaps(original.frame));
    const json::value* context = frame.if_contains("@context");
    if (context != nullptr && !context->is_string()) context_ = json::serialize(*context);
    return;
  }
  const std::string frame = without_header(original.frame);
  const std::size_t place = content_of(frame, "EventList");
  if (place == std::string::npos) return;  // the event was the whole document
  before_ = frame.substr(0, place);
  after_ = frame.substr(place);
}

std::string Presenter::as_document(const Warehouse::Original& original) const {
  if (original.syntax == RawDocument::Syntax::kXml) return before_ + original.bytes + after_;
  if (context_.empty()) return original.bytes;
  return fmt::format(
      R"({{"@context":{},"type":"EPCISDocument","schemaVersion":"2.0","creationDate":"2000-01-01T00:00:00Z",)"
      R"("epcisBody":{{"eventList":[{}]}}}})",
      context_, original.bytes);
}

Result<trace::Node> Presenter::tree(const trace::StoredEvent& event, const Warehouse::Original& original) {
  learn_frame(original);
  auto document = read_(as_document(original));
  if (!document || document->events.empty()) return unreadable(event);
  Node node = std::move(document->events.front().node);
  set_text(node, "eventID", event.id, 1);
  set_text(node, "recordTime", format_instant_ms(event.recorded), 2);
  return node;
}

Result<std::string> Presenter::text(const trace::StoredEvent& event, const Warehouse::Original& original,
                                    const Presentation& how) {
  learn_frame(original);
  const bool as_it_came = original.syntax == RawDocument::Syntax::kJson && how.syntax == Syntax::kJson &&
                          how.epcs == trace::EpcFormat::kAsCaptured;
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
