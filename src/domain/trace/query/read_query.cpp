// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/text.h"
#include "domain/trace/query/query.h"
#include "domain/trace/query/query_values.h"

namespace suyuan::trace {

namespace {

constexpr std::size_t kParametersMax = 200, kValuesMax = 200'000, kPatternsMax = 1'000;
constexpr std::size_t kNameMax = 1024, kValueMax = 8192;
constexpr std::size_t kSuggestionsMax = 10;
constexpr std::size_t kReadingsMax = 16;  // ways in which the name of an EQATTR_ may be taken apart

using Kind = ParameterKind;

struct EventTypeName {
  std::string_view name;
  EventType type;
};
constexpr EventTypeName kEventTypes[] = {{"ObjectEvent", EventType::kObject},
                                         {"AggregationEvent", EventType::kAggregation},
                                         {"TransactionEvent", EventType::kTransaction},
                                         {"TransformationEvent", EventType::kTransformation},
                                         {"AssociationEvent", EventType::kAssociation}};

constexpr std::string_view kFieldsWithMasterData[] = {
    "readPoint", "bizLocation", "parentID",       "epcClass", "epc",        "transformationID",
    "source",    "destination", "bizTransaction", "bizStep",  "disposition"};

std::vector<Role> roles_of(Named named, std::string_view type_word) {
  const auto of_party = [&](Role owner, Role possessor, Role location) {
    return std::vector<Role>{type_word == "possessing_party" ? possessor : type_word == "location" ? location : owner};
  };
  switch (named) {
    case Named::kEpc:
    case Named::kEpcClass:
      return {Role::kSubject, Role::kChild};
    case Named::kParent:
      return {Role::kParent, Role::kTransaction};
    case Named::kInputEpc:
    case Named::kInputEpcClass:
      return {Role::kInput};
    case Named::kOutputEpc:
    case Named::kOutputEpcClass:
      return {Role::kOutput};
    case Named::kAnyEpc:
      return {Role::kSubject, Role::kChild, Role::kInput, Role::kOutput, Role::kParent, Role::kTransaction};
    case Named::kAnyEpcClass:
      return {Role::kSubject, Role::kChild, Role::kInput, Role::kOutput};
    case Named::kReadPoint:
      return {Role::kReadPoint};
    case Named::kBizLocation:
      return {Role::kBizLocation};
    case Named::kTransformation:
      return {Role::kTransformation};
    case Named::kBizTransaction:
      return {Role::kTransaction};
    case Named::kSource:
      return of_party(Role::kSourceOwner, Role::kSourcePossessor, Role::kSourceLocation);
    case Named::kDestination:
      break;
  }
  return of_party(Role::kDestinationOwner, Role::kDestinationPossessor, Role::kDestinationLocation);
}

bool is_match(Named named) { return named <= Named::kAnyEpcClass; }

class QueryReader {
 public:
  explicit QueryReader(const Prefixes& prefixes) : prefixes_(prefixes) {
    prefixes_.insert(standard_prefixes().begin(), standard_prefixes().end());
  }

  Result<EventQuery> read(std::span<const QueryParameter> parameters) {
    std::size_t values = 0;
    for (const QueryParameter& each : parameters) values += each.values.size();
    if (parameters.size() > kParametersMax || values > kValuesMax)
      return too_complex(fmt::format("{} parameters with {} values", parameters.size(), values));
    for (const QueryParameter& each : parameters) read_one(each);
    judge_counts();
    if (!findings_.empty()) return refusal();
    if (patterns_ > kPatternsMax) return too_complex(fmt::format("{} EPC patterns", patterns_));
    return std::move(query_);
  }

 private:
  static Error too_complex(std::string_view seen) {
    return {ErrorKind::kTooLarge, "query.too_complex",
            fmt::format("The query has {}; at most {} parameters, {} values and {} EPC patterns are judged. Ask in "
                        "several queries.",
                        seen, kParametersMax, kValuesMax, kPatternsMax)};
  }

  Error refusal() {
    const Finding& first = findings_.front();
    std::string text = fmt::format("The query is wrong in {} {}. {}: {}", findings_.size(),
                                   findings_.size() == 1 ? "parameter" : "parameters", first.path, first.text);
    return {ErrorKind::kInvalid, "query.parameter", std::move(text), {}, std::move(findings_)};
  }

  void refuse(std::string_view name, std::string text) {
    findings_.push_back({excerpt(name, 120), "query.parameter", std::move(text)});
  }

  void read_one(const QueryParameter& parameter) {
    const auto name = parameter.name.size() <= kNameMax && is_utf8(parameter.name)
                          ? read_parameter_name(parameter.name, prefixes_)
                          : std::nullopt;
    if (!name) return refuse_unknown(parameter.name);
    if (!seen_.insert(std::string(name->alias.empty() ? parameter.name : name->alias)).second)
      return refuse(parameter.name, "The parameter comes twice; name it once, with a list of values.");
    auto complaint = complaint_about_values(*name, parameter.values);
    if (!complaint) complaint = read_values(*name, parameter.values);
    if (complaint) refuse(parameter.name, std::move(*complaint));
  }

  void refuse_unknown(std::string_view name) {
    const bool is_early = findings_.size() < kSuggestionsMax;  // looking for the nearest name is dear
    const std::string_view near = is_early ? nearest(name, known_parameter_names()) : "";
    refuse(name,
           fmt::format("EPCIS 2.0 has no query parameter \"{}\"{} Extension fields are asked for as EQ_prefix:field.",
                       excerpt(name), near.empty() ? "." : fmt::format("; did you mean \"{}\"?", near)));
  }

  static Complaint complaint_about_values(const ParameterName& name, const std::vector<std::string>& values) {
    if (name.kind == Kind::kExists && values.empty()) return std::nullopt;
    if (values.empty()) return "The parameter has no value; leave it out, or give one.";
    if (!takes_list(name) && values.size() > 1)
      return fmt::format("The parameter takes one value; {} were given.", values.size());
    for (const std::string& value : values) {
      if (trim(value).empty() && name.kind != Kind::kExists)
        return "A value is empty; leave the parameter out, or fill it.";
      if (value.size() > kValueMax) return fmt::format("A value has more than {} bytes.", kValueMax);
      if (!is_utf8(value)) return "A value is not UTF-8.";
    }
    return std::nullopt;
  }

  Complaint read_values(const ParameterName& name, const std::vector<std::string>& values) {
    StoreFilter& filter = query_.filter;
    const bool from = name.comparison == Comparison::kGreaterEqual;
    switch (name.kind) {
      case Kind::kEventType:
        return read_types(values);
      case Kind::kEventTime:
        return read_instant(values[0], from ? filter.time_from : filter.time_until);
      case Kind::kRecordTime:
        return read_instant(values[0], from ? filter.recorded_from : filter.recorded_until);
      case Kind::kAction:
        return read_actions(values);
      case Kind::kBizStep:
        return read_words(Vocabulary::kBizStep, values, prefixes_, filter.biz_steps);
      case Kind::kDisposition:
        return read_words(Vocabulary::kDisposition, values, prefixes_, filter.dispositions);
      case Kind::kEventId:
        for (const std::string& value : values) filter.event_ids.emplace_back(trim(value));
        sort_unique(filter.event_ids);
        return std::nullopt;
      case Kind::kNamed:
      case Kind::kDescendants:
        return read_named(name, values);
      case Kind::kField:
        return read_field(name, values);
      case Kind::kExists:
        return read_exists(name, values);
      case Kind::kHasAttribute:
      case Kind::kEqualAttribute:
        return read_attribute(name, values);
      default:
        return read_order(name, values[0]);
    }
  }

  Complaint read_types(const std::vector<std::string>& values) {
    for (const std::string& value : values) {
      const std::string_view word = value.starts_with("epcis:") ? std::string_view(value).substr(6)
                                    : value.starts_with("https://ref.gs1.org/epcis/")
                                        ? std::string_view(value).substr(26)
                                        : std::string_view(value);
      const auto* row = std::find_if(std::begin(kEventTypes), std::end(kEventTypes),
                                     [&](const EventTypeName& each) { return each.name == word; });
      if (row != std::end(kEventTypes))
        query_.filter.types.push_back(row->type);
      else if (word.find(':') == std::string_view::npos)  // a URI is an extension type, of which we have no events
        return fmt::format(
            "\"{}\" is no event type; ObjectEvent, AggregationEvent, TransactionEvent, TransformationEvent or "
            "AssociationEvent is expected. (A QuantityEvent of EPCIS 1 is read as an ObjectEvent.)",
            excerpt(value));
    }
    query_.filter.nothing = query_.filter.types.empty();
    sort_unique(query_.filter.types);
    return std::nullopt;
  }

  Complaint read_actions(const std::vector<std::string>& values) {
    for (const std::string& value : values) {
      const Action action = value == "ADD"       ? Action::kAdd
                            : value == "OBSERVE" ? Action::kObserve
                            : value == "DELETE"  ? Action::kDelete
                                                 : Action::kNone;
      if (action == Action::kNone)
        return fmt::format("\"{}\" is no action; ADD, OBSERVE or DELETE is expected.", excerpt(value));
      query_.filter.actions.push_back(action);
    }
    sort_unique(query_.filter.actions);
    return std::nullopt;
  }

  // Of EQ_source_owning_party and its like: the type as events have it.
  Complaint read_type(const ParameterName& name, std::string& type) {
    if (name.detail.empty()) return std::nullopt;
    const auto vocabulary =
        name.named == Named::kBizTransaction ? Vocabulary::kTransactionType : Vocabulary::kSourceDestType;
    std::vector<std::string> types;
    if (auto complaint = read_words(vocabulary, std::span(&name.detail, 1), {}, types)) return complaint;
    type = types[0];
    return std::nullopt;
  }

  Complaint read_named(const ParameterName& name, const std::vector<std::string>& values) {
    NamedCondition condition;
    condition.named = name.named;
    condition.descendants = name.kind == Kind::kDescendants;
    if (auto complaint = read_type(name, condition.type)) return complaint;
    if (auto complaint = read_identities(values, is_match(name.named), prefixes_, condition.ids)) return complaint;
    patterns_ += condition.ids.patterns.size();
    StoreFilter& filter = query_.filter;
    if (!condition.descendants && condition.ids.patterns.empty())
      filter.naming.push_back(
          {condition.ids.exact, condition.ids.classes, roles_of(name.named, bare_word(condition.type))});
    const bool is_said =
        !condition.descendants &&
        (name.named == Named::kReadPoint || name.named == Named::kBizLocation || name.named == Named::kTransformation);
    filter.complete = filter.complete && is_said;
    query_.conditions.emplace_back(std::move(condition));
    return std::nullopt;
  }

  Complaint read_field(const ParameterName& name, const std::vector<std::string>& values) {
    FieldTest test;
    if (auto complaint = read_field_test(name, values, prefixes_, test)) return complaint;
    FieldCondition& condition = condition_for(name);
    condition.tests.push_back(std::move(test));
    return std::nullopt;
  }

  // Comparisons of one field are judged together.
  FieldCondition& condition_for(const ParameterName& name) {
    query_.filter.complete = false;
    for (Condition& each : query_.conditions) {
      auto* condition = std::get_if<FieldCondition>(&each);
      if (condition != nullptr && !condition->tests.empty() && condition->place == name.place &&
          condition->inner == name.inner && condition->field == name.field &&
          condition->unit.empty() == name.unit.empty() && dimension_of(condition->unit) == dimension_of(name.unit))
        return *condition;
    }
    query_.conditions.emplace_back(FieldCondition{name.place, name.inner, name.field, name.type, name.unit, {}});
    return std::get<FieldCondition>(query_.conditions.back());
  }

  Complaint read_exists(const ParameterName& name, const std::vector<std::string>& values) {
    const std::string_view value = values.empty() ? std::string_view() : trim(values[0]);
    if (value == "false" || value == "0") return std::nullopt;
    if (!value.empty() && value != "true" && value != "null" && !is_all_digits(value))
      return fmt::format("\"{}\" is neither true nor false.", excerpt(value));
    query_.filter.complete = false;
    query_.conditions.emplace_back(FieldCondition{name.place, name.inner, name.field, name.type, "", {}});
    return std::nullopt;
  }

  std::optional<FieldName> field_with_master_data(std::string_view text) const {
    if (std::find(std::begin(kFieldsWithMasterData), std::end(kFieldsWithMasterData), text) !=
        std::end(kFieldsWithMasterData))
      return FieldName{std::string(text), "", ""};
    return extension_name(text, prefixes_);
  }

  Complaint read_attribute(const ParameterName& name, const std::vector<std::string>& values) {
    AttributeCondition condition;
    const std::string_view detail = name.detail;
    if (name.kind == Kind::kHasAttribute) {
      if (auto field = field_with_master_data(detail)) condition.readings.push_back({std::move(*field), ""});
      for (const std::string& value : values) condition.values.push_back(comparable_attribute(trim(value), prefixes_));
    } else {
      for (std::size_t at = detail.find('_'); at != std::string_view::npos && condition.readings.size() < kReadingsMax;
           at = detail.find('_', at + 1)) {
        auto field = field_with_master_data(detail.substr(0, at));
        if (field && at + 1 < detail.size())
          condition.readings.push_back({std::move(*field), comparable_attribute(detail.substr(at + 1), prefixes_)});
      }
      for (const std::string& value : values) condition.values.push_back(canonical_text(FieldType::kAny, value, {}));
    }
    if (condition.readings.empty())
      return fmt::format("\"{}\" names no field that can have master data; {} or prefix:field is expected{}.",
                         excerpt(detail), fmt::join(kFieldsWithMasterData, ", "),
                         name.kind == Kind::kHasAttribute ? "" : ", then _ and the attribute's name");
    sort_unique(condition.values);
    query_.filter.complete = false;
    query_.conditions.emplace_back(std::move(condition));
    return std::nullopt;
  }

  Complaint read_order(const ParameterName& name, const std::string& value) {
    if (name.kind == Kind::kEventCountLimit) return read_count(value, 1, query_.event_count_limit);
    if (name.kind == Kind::kMaxEventCount) return read_count(value, 0, query_.max_event_count);
    if (name.kind == Kind::kOrderDirection) {
      if (value != "ASC" && value != "DESC")
        return fmt::format("\"{}\" is no direction; ASC or DESC is expected.", excerpt(value));
      query_.descending = value == "DESC";
      return std::nullopt;
    }
    query_.order_by = value == "eventTime"    ? OrderBy::kEventTime
                      : value == "recordTime" ? OrderBy::kRecordTime
                                              : OrderBy::kNone;
    if (query_.order_by != OrderBy::kNone) return std::nullopt;
    return fmt::format(
        "Events cannot be ordered by \"{}\"; eventTime or recordTime is expected. Order by extension fields is not "
        "offered: sort the answer.",
        excerpt(value));
  }

  void judge_counts() {
    if (!seen_.contains("eventCountLimit")) return;
    if (seen_.contains("maxEventCount"))
      refuse("eventCountLimit",
             "eventCountLimit and maxEventCount exclude each other: the first cuts the answer, the second refuses a "
             "longer one. Keep one of them.");
    if (!seen_.contains("orderBy"))
      refuse("eventCountLimit",
             "Without orderBy nobody can say which events are the first. Add orderBy=eventTime or orderBy=recordTime.");
  }

  Prefixes prefixes_;
  EventQuery query_;
  std::vector<Finding> findings_;
  std::set<std::string, std::less<>> seen_;
  std::size_t patterns_ = 0;
};

}  // namespace

Result<EventQuery> read_event_query(std::span<const QueryParameter> parameters, const Prefixes& prefixes) {
  return QueryReader(prefixes).read(parameters);
}

}  // namespace suyuan::trace
