// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>
#include <simdjson.h>

#include <algorithm>
#include <map>
#include <set>

#include "adapters/files/encoding.h"
#include "adapters/files/epcis.h"
#include "adapters/files/personal.h"
#include "base/text.h"
#include "base/time.h"

namespace suyuan {

namespace {

namespace od = simdjson::ondemand;
using trace::Node;
using trace::RawDocument;
using trace::RawEvent;

constexpr int kDepthMax = 64;
constexpr std::size_t kPathMax = 1024;

// Prefixes and terms that a JSON-LD context defines: "example" -> "https://ns.example.com/epcis/".
using Context = std::map<std::string, std::string, std::less<>>;

// What the EPCIS 2.0 context itself defines (GS1 epcis-context.jsonld).
const Context& standard_context() {
  static const Context kStandard = {{"epcis", "https://ref.gs1.org/epcis/"},
                                    {"cbv", "https://ref.gs1.org/cbv/"},
                                    {"gs1", "https://gs1.org/voc/"},
                                    {"cbvmda", "urn:epcglobal:cbv:mda:"},
                                    {"xsd", "http://www.w3.org/2001/XMLSchema#"},
                                    {"rdfs", "http://www.w3.org/2000/01/rdf-schema#"},
                                    {"owl", "http://www.w3.org/2002/07/owl#"},
                                    {"dcterms", "http://purl.org/dc/terms/"}};
  return kStandard;
}

Error refuse(std::string_view code, std::string text) {
  return Error{ErrorKind::kInvalid, std::string(code), std::move(text)};
}

// What all trees of one document may cost together, so that few bytes never become much memory: a value of two bytes
// under a long name would else carry that name in its path.
struct Budget {
  explicit Budget(std::size_t document_bytes) : path_bytes(32 * document_bytes + (std::size_t{1} << 20)) {}
  std::size_t values = 4'000'000;
  std::size_t path_bytes;
};

// Turns simdjson's values into trees. Errors stop it: the first one is kept.
class TreeBuilder {
 public:
  // `spots` gets what may be about people; a value that stands at `from` + n stands at byte `begin` + n of the
  // document.
  TreeBuilder(const Context& context, Budget& budget, std::vector<JsonSpot>& spots, std::string_view from,
              std::size_t begin)
      : context_(context), budget_(budget), spots_(spots), from_(from), begin_(begin) {}

  Result<Node> build(od::value value, std::string name, std::string path, int depth) {
    Node node;
    node.name = std::move(name);
    node.path = std::move(path);
    node.ns = namespace_of(node.name);
    if (depth > kDepthMax)
      return refuse("json.too_deep", fmt::format("{} lies deeper than {} levels.", node.path, kDepthMax));
    if (node.path.size() > kPathMax || node.path.size() > budget_.path_bytes)
      return refuse("json.too_deep",
                    fmt::format("Names and nesting at {} are longer than any document needs.", excerpt(node.path)));
    if (budget_.values == 0)
      return refuse("json.too_many", "The document holds more than 4,000,000 values. Send it in parts.");
    --budget_.values;
    budget_.path_bytes -= node.path.size();
    const Mark around = mark_;
    if (const auto kind = personal_member(node))
      mark_ = {true, kind};
    else if (!mark_.is_marked && node.name == "attribute" && node.path.starts_with(kJsonVocabularies))
      mark_ = {true, std::nullopt};
    auto built = value_of(value, std::move(node), depth);
    mark_ = around;
    return built;
  }

  Error syntax(simdjson::error_code failed) const {
    return refuse("json.syntax",
                  fmt::format("The document is no sound JSON: {} Check that it is whole and was not cut off.",
                              simdjson::error_message(failed)));
  }

 private:
  struct Mark {
    bool is_marked = false;
    std::optional<registry::PersonalKind> kind;
  };

  Result<Node> value_of(od::value value, Node node, int depth) {
    od::json_type type{};
    if (auto failed = value.type().get(type)) return syntax(failed);
    switch (type) {
      case od::json_type::object:
        return object(value, std::move(node), depth);
      case od::json_type::array:
        return list(value, std::move(node), depth);
      default:
        return single(value, type, std::move(node));
    }
  }

  Result<Node> single(od::value value, od::json_type type, Node node) {
    const char* token = value.raw_json_token().data();
    auto built = scalar(value, type, std::move(node));
    if (!built || !mark_.is_marked || built->kind == Node::Kind::kNull) return built;
    const auto at = static_cast<std::size_t>(token - from_.data());
    JsonSpot spot;
    spot.kind = mark_.kind;
    spot.value.begin = begin_ + at;
    spot.value.end = begin_ + end_of_json_value(from_, at);
    spot.value.value = built->text;
    spot.value.path = built->path;
    spots_.push_back(std::move(spot));
    return built;
  }

  Result<Node> scalar(od::value value, od::json_type type, Node node) {
    switch (type) {
      case od::json_type::string:
        return text(value, std::move(node));
      case od::json_type::number:
        return number(value, std::move(node));
      case od::json_type::boolean: {
        bool truth = false;
        if (auto failed = value.get_bool().get(truth)) return syntax(failed);
        node.kind = Node::Kind::kBool;
        node.text = truth ? "true" : "false";
        return node;
      }
      default:
        break;
    }
    bool null = false;
    if (auto failed = value.is_null().get(null); failed || !null)
      return syntax(failed ? failed : simdjson::N_ATOM_ERROR);
    return node;
  }

  Result<Node> object(od::value value, Node node, int depth) {
    node.kind = Node::Kind::kObject;
    od::object members;
    if (auto failed = value.get_object().get(members)) return syntax(failed);
    std::set<std::string, std::less<>> seen;
    for (auto member : members) {
      std::string_view key;
      if (auto failed = member.unescaped_key().get(key)) return syntax(failed);
      std::string name(key);
      std::string path = node.path + "/" + json_pointer_token(name);
      if (!seen.insert(name).second)
        return refuse("json.duplicate_member",
                      fmt::format("{} comes twice in its object; which one counts cannot be known.", path));
      od::value inner;
      if (auto failed = member.value().get(inner)) return syntax(failed);
      auto child = build(inner, std::move(name), std::move(path), depth + 1);
      if (!child) return child;
      node.children.push_back(std::move(*child));
    }
    return node;
  }

  Result<Node> list(od::value value, Node node, int depth) {
    node.kind = Node::Kind::kList;
    od::array items;
    if (auto failed = value.get_array().get(items)) return syntax(failed);
    for (auto item : items) {
      od::value inner;
      if (auto failed = item.get(inner)) return syntax(failed);
      auto child = build(inner, "", fmt::format("{}/{}", node.path, node.children.size()), depth + 1);
      if (!child) return child;
      node.children.push_back(std::move(*child));
    }
    return node;
  }

  Result<Node> text(od::value value, Node node) {
    std::string_view view;
    if (auto failed = value.get_string().get(view)) return syntax(failed);
    node.kind = Node::Kind::kText;
    node.text = view;
    return node;
  }

  Result<Node> number(od::value value, Node node) {
    double unused = 0;  // get_double checks the whole spelling, which raw_json_token does not
    node.text = trim(value.raw_json_token());
    if (auto failed = value.get_double().get(unused); failed && failed != simdjson::NUMBER_ERROR)
      return syntax(failed);
    else if (failed && !spelled_like_a_number(node.text))
      return syntax(failed);
    node.kind = Node::Kind::kNumber;
    return node;
  }

  // simdjson refuses numbers beyond a double; we keep digits, so the grammar alone decides (RFC 8259 §6).
  static bool spelled_like_a_number(std::string_view text) {
    std::size_t i = 0;
    const auto digits = [&] {
      const std::size_t from = i;
      while (i < text.size() && text[i] >= '0' && text[i] <= '9') ++i;
      return i - from;
    };
    if (i < text.size() && text[i] == '-') ++i;
    const std::size_t first = i;
    const std::size_t whole = digits();
    if (whole == 0 || (whole > 1 && text[first] == '0')) return false;
    if (i < text.size() && text[i] == '.' && (++i, digits() == 0)) return false;
    if (i < text.size() && (text[i] == 'e' || text[i] == 'E')) {
      if (++i < text.size() && (text[i] == '+' || text[i] == '-')) ++i;
      if (digits() == 0) return false;
    }
    return i == text.size();
  }

  std::string namespace_of(const std::string& name) const {
    if (name.empty() || name[0] == '@') return {};
    const std::size_t colon = name.find(':');
    const auto found = context_.find(std::string_view(name).substr(0, colon));
    if (found != context_.end()) return found->second;
    const std::size_t end = name.find_last_of("/#");
    if (colon != std::string::npos && end != std::string::npos && end > colon)
      return name.substr(0, end + 1);  // a whole URI as name
    return {};
  }

  const Context& context_;
  Budget& budget_;
  std::vector<JsonSpot>& spots_;
  std::string_view from_;
  std::size_t begin_;
  Mark mark_;
};

void add_context(const Node& node, Context& context) {
  if (node.kind == Node::Kind::kList) {
    for (const Node& each : node.children) add_context(each, context);
  }
  if (node.kind != Node::Kind::kObject) return;
  for (const Node& entry : node.children) {
    if (entry.kind == Node::Kind::kText && !entry.name.starts_with("@")) context[entry.name] = entry.text;
    const Node* id = entry.find("@id");
    if (id != nullptr && id->kind == Node::Kind::kText) context[entry.name] = id->text;
  }
}

class DocumentReader {
 public:
  explicit DocumentReader(std::string_view bytes) : bytes_(bytes), padded_(bytes), context_(standard_context()) {}

  Result<RawDocument> read() {
    if (auto failed = find_context()) return std::move(*failed);
    od::document document;
    if (auto failed = parser_.iterate(padded_).get(document)) return builder_.syntax(failed);
    od::object root;
    if (auto failed = document.get_object().get(root)) {
      return refuse("epcis.not_a_document",
                    fmt::format("A JSON object was expected, an EPCIS document or one event ({}).",
                                simdjson::error_message(failed)));
    }
    out_.header.kind = Node::Kind::kObject;
    for (auto member : root) {
      if (auto failed = take_member(member)) return std::move(*failed);
    }
    if (!document.current_location().error())
      return refuse("json.syntax",
                    "Something follows after the end of the JSON document. Send one document at a time.");
    return conclude();
  }

 private:
  using Failure = std::optional<Error>;

  // The context may stand behind what it explains, so it is looked up first.
  Failure find_context() {
    od::document document;
    if (auto failed = parser_.iterate(padded_).get(document)) return builder_.syntax(failed);
    od::object root;
    if (document.get_object().get(root)) return std::nullopt;  // reported by read()
    od::value context;
    if (root.find_field_unordered("@context").get(context)) return std::nullopt;
    auto node = builder_.build(context, "@context", "/@context", 1);
    if (!node) return std::move(node.error());
    add_context(*node, context_);
    return std::nullopt;
  }

  Failure take_member(simdjson::simdjson_result<od::field> member) {
    std::string_view key;
    if (auto failed = member.unescaped_key().get(key)) return builder_.syntax(failed);
    const std::string name(key);
    if (!members_.insert(name).second)
      return refuse(
          "json.duplicate_member",
          fmt::format("/{} comes twice in the document; which one counts cannot be known.", json_pointer_token(name)));
    od::value value;
    if (auto failed = member.value().get(value)) return builder_.syntax(failed);
    if (name == "epcisBody") return take_body(value);
    auto node = builder_.build(value, name, "/" + json_pointer_token(name), 1);
    if (!node) return std::move(node.error());
    out_.header.children.push_back(std::move(*node));
    return std::nullopt;
  }

  Failure take_body(od::value value) {
    has_body_ = true;
    od::object body;
    if (value.get_object().get(body)) return not_there("/epcisBody", "an object with eventList");
    return take_events_of(body, "/epcisBody", 1);
  }

  // eventList, event, queryResults, resultsBody: the ways in which the standard nests events.
  Failure take_events_of(od::object object, const std::string& path, int depth) {
    std::set<std::string> seen;
    for (auto member : object) {
      std::string_view key;
      if (auto failed = member.unescaped_key().get(key)) return builder_.syntax(failed);
      const std::string name(key);
      const std::string here = path + "/" + json_pointer_token(name);
      if (!seen.insert(name).second)
        return refuse("json.duplicate_member",
                      fmt::format("{} comes twice in its object; which one counts cannot be known.", here));
      od::value value;
      if (auto failed = member.value().get(value)) return builder_.syntax(failed);
      if (name == "eventList") {
        if (auto failed = take_list(value, here)) return failed;
      } else if (name == "event") {
        if (auto failed = take_event(value, here)) return failed;
        has_list_ = true;
      } else if ((name == "queryResults" || name == "resultsBody") && depth < 4) {
        od::object inner;
        if (value.get_object().get(inner)) return not_there(here, "an object");
        if (auto failed = take_events_of(inner, here, depth + 1)) return failed;
      } else {
        auto node = builder_.build(value, name, here, depth + 1);
        if (!node) return std::move(node.error());
        out_.header.children.push_back(std::move(*node));
      }
    }
    return std::nullopt;
  }

  Failure take_list(od::value value, const std::string& path) {
    has_list_ = true;
    od::array events;
    if (value.get_array().get(events)) return not_there(path, "a list of events");
    std::size_t i = 0;
    for (auto item : events) {
      od::value event;
      if (auto failed = item.get(event)) return builder_.syntax(failed);
      if (auto failed = take_event(event, fmt::format("{}/{}", path, i++))) return failed;
    }
    return std::nullopt;
  }

  Failure take_event(od::value value, const std::string& path) {
    od::object object;
    if (value.get_object().get(object)) return not_there(path, "an event, which is an object");
    std::string_view raw;
    if (auto failed = simdjson::to_json_string(object).get(raw)) return builder_.syntax(failed);
    RawEvent event;
    event.begin = static_cast<std::size_t>(raw.data() - padded_.data());
    const std::size_t close = raw.rfind('}');
    event.end = event.begin + (close == std::string_view::npos ? raw.size() : close + 1);
    // The event is parsed again by itself: its own context, if any, must be known before its members.
    auto node = parse_event(bytes_.substr(event.begin, event.end - event.begin), path);
    if (!node) return std::move(node.error());
    event.node = std::move(*node);
    out_.events.push_back(std::move(event));
    return std::nullopt;
  }

  Result<Node> parse_event(std::string_view bytes, const std::string& path) {
    const simdjson::padded_string own(bytes);
    Context context = context_;
    const std::size_t spots = spots_.size();
    for (int pass = 0;; ++pass) {
      spots_.resize(spots);
      od::document document;
      if (auto failed = event_parser_.iterate(own).get(document)) return builder_.syntax(failed);
      od::value root;
      if (auto failed = document.get_value().get(root)) return builder_.syntax(failed);
      const auto begin = static_cast<std::size_t>(bytes.data() - bytes_.data());
      auto node = TreeBuilder(context, budget_, spots_, own, begin).build(root, "", path, 4);
      are_of_event(spots_, spots, out_.events.size());
      if (!node || pass == 1 || node->find("@context") == nullptr) return node;
      add_context(*node->find("@context"), context);
    }
  }

  static Failure not_there(const std::string& path, std::string_view expected) {
    Error error = refuse("epcis.not_a_document", fmt::format("{}: {} is expected there.", path, expected));
    error.findings.push_back({path, error.code, error.text});
    return error;
  }

  static bool is_event_type(std::string_view type) { return type.ends_with("Event"); }

  Result<RawDocument> conclude() {
    out_.syntax = RawDocument::Syntax::kJson;
    const Node* type = out_.header.find("type");
    if (type == nullptr) type = out_.header.find("isA");
    const std::string kind = type == nullptr ? "" : type->text;
    if (const Node* version = out_.header.find("schemaVersion")) out_.schema_version = version->text;
    if (is_event_type(kind) && !has_body_) return bare_event();
    if (kind != "EPCISDocument" && kind != "EPCISQueryDocument") {
      Error error =
          refuse("epcis.not_a_document",
                 fmt::format("/type is \"{}\"; EPCISDocument, EPCISQueryDocument or the type of one event is expected.",
                             excerpt(kind)));
      error.findings.push_back({"/type", error.code, error.text});
      return error;
    }
    check_header();
    out_.personal = judge_spots(std::move(spots_), out_.header);
    return std::move(out_);
  }

  Result<RawDocument> bare_event() {
    spots_.clear();
    auto node = parse_event(bytes_, "");
    if (!node) return std::move(node.error());
    const std::size_t begin = bytes_.find('{');
    out_.events.push_back({std::move(*node), begin, bytes_.rfind('}') + 1});
    out_.header.children.clear();
    out_.schema_version = "2.0";
    out_.personal = judge_spots(std::move(spots_), out_.header);
    return std::move(out_);
  }

  void check_header() {
    const auto missing = [&](std::string path, std::string_view what) {
      out_.findings.push_back({std::move(path), "epcis.field_missing", fmt::format("The document has no {}.", what)});
    };
    if (out_.header.find("@context") == nullptr)
      missing("/@context", "@context; https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld is expected");
    if (!out_.schema_version.starts_with("2.")) {
      out_.findings.push_back(
          {"/schemaVersion", "epcis.schema_version",
           fmt::format("schemaVersion is \"{}\"; \"2.0\" is expected in JSON.", excerpt(out_.schema_version))});
    }
    const Node* created = out_.header.find("creationDate");
    if (created == nullptr) missing("/creationDate", "creationDate; the time at which it was made is expected");
    if (created != nullptr && !parse_time(*created)) {
      out_.findings.push_back({"/creationDate", "time.not_an_instant",
                               fmt::format("creationDate is \"{}\"; a time like 2026-03-01T08:00:00+08:00 is expected.",
                                           excerpt(created->text))});
    }
    if (!has_body_)
      missing("/epcisBody", "epcisBody with its events");
    else if (!has_list_ && out_.header.find("epcisHeader") == nullptr)
      missing("/epcisBody/eventList", "eventList");
  }

  static bool parse_time(const Node& node) {
    return node.kind == Node::Kind::kText && parse_instant(node.text, std::chrono::minutes(0)).ok();
  }

  std::string_view bytes_;
  simdjson::padded_string padded_;
  od::parser parser_, event_parser_;
  Context context_;
  Budget budget_{bytes_.size()};
  std::vector<JsonSpot> spots_;
  TreeBuilder builder_{context_, budget_, spots_, std::string_view(padded_.data(), padded_.size()), 0};
  std::set<std::string> members_;
  bool has_body_ = false, has_list_ = false;
  RawDocument out_;
};

}  // namespace

Result<trace::RawDocument> read_epcis_json(std::string_view bytes) {
  if (auto sound = check_encoding(bytes); !sound) return std::move(sound.error());
  std::size_t bom = bytes.starts_with("\xEF\xBB\xBF") ? 3 : 0;
  auto document = DocumentReader(bytes.substr(bom)).read();
  if (document) {
    for (RawEvent& event : document->events) {
      event.begin += bom;
      event.end += bom;
    }
    for (trace::PersonalValue& value : document->personal) {
      value.begin += bom;
      value.end += bom;
    }
  }
  return document;
}

}  // namespace suyuan
