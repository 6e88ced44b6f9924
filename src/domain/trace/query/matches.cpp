// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <functional>

#include "base/text.h"
#include "domain/trace/fields.h"
#include "domain/trace/query/query.h"

namespace suyuan::trace {

namespace {

template <class T>
bool holds(const std::vector<T>& sorted, const T& value) {
  return std::binary_search(sorted.begin(), sorted.end(), value);
}

template <class T>
bool among(const std::vector<T>& sorted, const T& value) {  // an empty list asks for nothing
  return sorted.empty() || holds(sorted, value);
}

bool lies_within(Instant at, const std::optional<Instant>& from, const std::optional<Instant>& until) {
  return (!from || at >= *from) && (!until || at < *until);
}

bool passes(const StoreFilter& filter, const QueriedEvent& queried) {
  const Event& event = queried.event;
  return !filter.nothing && among(filter.types, event.type) && among(filter.actions, event.action) &&
         among(filter.biz_steps, event.biz_step) && among(filter.dispositions, event.disposition) &&
         among(filter.event_ids, event.id) && lies_within(event.time.at, filter.time_from, filter.time_until) &&
         lies_within(queried.recorded, filter.recorded_from, filter.recorded_until);
}

using IdTest = std::function<bool(const codes::Identity&)>;

bool has_object(const Event& event, std::initializer_list<Role> roles, bool quantities, const IdTest& test) {
  return std::any_of(event.objects.begin(), event.objects.end(), [&](const Object& object) {
    return object.is_quantity == quantities && std::find(roles.begin(), roles.end(), object.role) != roles.end() &&
           test(object.id);
  });
}

// In a transaction event the parent shares its role with the transactions.
bool has_parent(const Event& event, const IdTest& test) {
  if (event.type != EventType::kTransaction) return has_object(event, {Role::kParent}, false, test);
  const Node* parent = event.node.find("parentID");
  if (parent == nullptr) return false;
  const auto id = codes::read_epcis_id(trim(parent->text));
  return id && test(id->id);
}

bool has_typed(const Event& event, std::initializer_list<Role> roles, const std::string& type, const IdTest& test) {
  return std::any_of(event.objects.begin(), event.objects.end(), [&](const Object& object) {
    return object.type == type && std::find(roles.begin(), roles.end(), object.role) != roles.end() && test(object.id);
  });
}

bool names(const Event& event, Named named, const std::string& type, const IdTest& test) {
  switch (named) {
    case Named::kEpc:
      return has_object(event, {Role::kSubject, Role::kChild}, false, test);
    case Named::kParent:
      return has_parent(event, test);
    case Named::kInputEpc:
      return has_object(event, {Role::kInput}, false, test);
    case Named::kOutputEpc:
      return has_object(event, {Role::kOutput}, false, test);
    case Named::kAnyEpc:
      return has_parent(event, test) ||
             has_object(event, {Role::kSubject, Role::kChild, Role::kInput, Role::kOutput}, false, test);
    case Named::kEpcClass:
      return has_object(event, {Role::kSubject, Role::kChild}, true, test);
    case Named::kInputEpcClass:
      return has_object(event, {Role::kInput}, true, test);
    case Named::kOutputEpcClass:
      return has_object(event, {Role::kOutput}, true, test);
    case Named::kAnyEpcClass:
      return has_object(event, {Role::kSubject, Role::kChild, Role::kInput, Role::kOutput}, true, test);
    case Named::kReadPoint:
      return has_object(event, {Role::kReadPoint}, false, test);
    case Named::kBizLocation:
      return has_object(event, {Role::kBizLocation}, false, test);
    case Named::kTransformation:
      return has_object(event, {Role::kTransformation}, false, test);
    case Named::kBizTransaction:
      return has_typed(event, {Role::kTransaction}, type, test);
    case Named::kSource:
      return has_typed(event, {Role::kSourceOwner, Role::kSourcePossessor, Role::kSourceLocation}, type, test);
    case Named::kDestination:
      break;
  }
  return has_typed(event, {Role::kDestinationOwner, Role::kDestinationPossessor, Role::kDestinationLocation}, type,
                   test);
}

bool holds_condition(const NamedCondition& condition, const Event& event, const Hierarchy& hierarchy) {
  return names(event, condition.named, condition.type, [&](const codes::Identity& id) {
    if (condition.ids.contains(id)) return true;
    if (!condition.descendants || !hierarchy.above) return false;
    const auto above = hierarchy.above(id);
    return std::any_of(above.begin(), above.end(),
                       [&](const codes::Identity& each) { return condition.ids.contains(each); });
  });
}

// Calls `visit` with what stands at a place until it says true.
using Visit = std::function<bool(const Node&)>;

bool any_child(const Node* list, const Visit& visit) {
  return list != nullptr && std::any_of(list->children.begin(), list->children.end(), visit);
}

bool any_sensor(const Event& event, bool metadata, bool reports, const Visit& visit) {
  return any_child(event.node.find("sensorElementList"), [&](const Node& element) {
    const Node* found = element.find("sensorMetadata");
    if (metadata && found != nullptr && visit(*found)) return true;
    return reports && any_child(element.find("sensorReport"), visit);
  });
}

bool at_place(const Event& event, Place place, const Visit& visit) {
  const auto at = [&](std::string_view member) {
    const Node* node = event.node.find(member);
    return node != nullptr && visit(*node);
  };
  switch (place) {
    case Place::kEvent:
      return visit(event.node);
    case Place::kIlmd:
      return at("ilmd");
    case Place::kReadPoint:
      return at("readPoint");
    case Place::kBizLocation:
      return at("bizLocation");
    case Place::kErrorDeclaration:
      return at("errorDeclaration");
    case Place::kPersistentDisposition:
      return at("persistentDisposition");
    case Place::kQuantity:
      for (const auto* list : {"quantityList", "childQuantityList", "inputQuantityList", "outputQuantityList"})
        if (any_child(event.node.find(list), visit)) return true;
      return false;
    case Place::kSensorElement:
      return any_child(event.node.find("sensorElementList"), visit);
    case Place::kSensorMetadata:
      return any_sensor(event, true, false, visit);
    case Place::kSensorReport:
      return any_sensor(event, false, true, visit);
    case Place::kSensor:
      break;
  }
  return any_sensor(event, true, true, visit);
}

// Members of that name anywhere below, at any depth.
bool any_below(const Node& node, const FieldName& field, const Visit& visit) {
  return any_child(&node, [&](const Node& child) {
    return (!child.name.empty() && field.names(child) && visit(child)) || any_below(child, field, visit);
  });
}

bool any_field(const Node& container, const FieldCondition& condition, const Visit& visit) {
  return any_child(&container, [&](const Node& child) {
    if (condition.inner) return is_extension(child) && any_below(child, condition.field, visit);
    return condition.field.names(child) && visit(child);
  });
}

bool any_scalar(const Node& field, const Visit& visit) {
  if (field.kind == Node::Kind::kList)
    return any_child(&field, [&](const Node& item) { return any_scalar(item, visit); });
  return field.kind != Node::Kind::kObject && field.kind != Node::Kind::kNull && visit(field);
}

template <class T>
bool compares(Comparison comparison, const std::vector<T>& sorted, const T& value) {
  switch (comparison) {
    case Comparison::kEqual:
      return holds(sorted, value);
    case Comparison::kGreater:
      return value > sorted.front();
    case Comparison::kGreaterEqual:
      return value >= sorted.front();
    case Comparison::kLess:
      return value < sorted.front();
    case Comparison::kLessEqual:
      break;
  }
  return value <= sorted.front();
}

// One value of a field, in each form that a test may ask for; read only once.
class Value {
 public:
  Value(const FieldCondition& condition, const Node& scalar, const Node& container)
      : condition_(condition), scalar_(scalar), container_(container), text_(trim(scalar.text)) {}

  bool fits(const FieldTest& test) const {
    if (!test.texts.empty() && holds(test.texts, canonical())) return true;
    if (!test.numbers.empty()) {
      const auto number = measure();
      if (number && compares(test.comparison, test.numbers, *number)) return true;
    }
    if (!test.instants.empty()) {
      const auto at = parse_instant(text_);
      if (at && compares(test.comparison, test.instants, at->at)) return true;
    }
    if (test.days.empty()) return false;
    const auto day = parse_day(text_);
    return day && compares(test.comparison, test.days, *day);
  }

 private:
  std::string canonical() const {
    if (scalar_.kind == Node::Kind::kNumber) {
      const auto number = Decimal::parse(text_);
      return number ? number->to_string() : std::string(text_);
    }
    return canonical_text(condition_.type, text_, standard_prefixes());
  }

  std::optional<Measure> measure() const {
    const auto number = Decimal::parse(text_);
    if (!number) return std::nullopt;
    if (condition_.unit.empty()) return Measure(*number);
    const Node* uom = container_.find("uom");
    if (uom == nullptr && condition_.place != Place::kQuantity) return std::nullopt;
    const std::string_view unit = uom == nullptr ? std::string_view() : trim(uom->text);
    if (dimension_of(unit) != dimension_of(condition_.unit)) return std::nullopt;
    return measure_of(*number, unit, condition_.field.written == "sDev");
  }

  const FieldCondition& condition_;
  const Node& scalar_;
  const Node& container_;
  std::string_view text_;
};

bool holds_condition(const FieldCondition& condition, const Event& event, const Hierarchy&) {
  return at_place(event, condition.place, [&](const Node& container) {
    return any_field(container, condition, [&](const Node& field) {
      if (condition.tests.empty()) return true;
      return any_scalar(field, [&](const Node& scalar) {
        const Value value(condition, scalar, container);
        return std::all_of(condition.tests.begin(), condition.tests.end(),
                           [&](const FieldTest& test) { return value.fits(test); });
      });
    });
  });
}

// The identities that a field holds, for HASATTR_ and EQATTR_.
bool any_subject(const Event& event, const FieldName& field, const IdTest& test) {
  const std::string_view name = field.written;
  if (name == "readPoint") return names(event, Named::kReadPoint, "", test);
  if (name == "bizLocation") return names(event, Named::kBizLocation, "", test);
  if (name == "parentID") return has_parent(event, test);
  if (name == "epcClass") return names(event, Named::kAnyEpcClass, "", test);
  if (name == "epc") return names(event, Named::kAnyEpc, "", test);
  if (name == "transformationID") return names(event, Named::kTransformation, "", test);
  const auto has_role = [&](std::initializer_list<Role> roles) { return has_object(event, roles, false, test); };
  if (name == "source") return has_role({Role::kSourceOwner, Role::kSourcePossessor, Role::kSourceLocation});
  if (name == "destination")
    return has_role({Role::kDestinationOwner, Role::kDestinationPossessor, Role::kDestinationLocation});
  if (name == "bizTransaction") return has_role({Role::kTransaction});
  if (name == "bizStep") return !event.biz_step.empty() && test({codes::Scheme::kUri, event.biz_step});
  if (name == "disposition") return !event.disposition.empty() && test({codes::Scheme::kUri, event.disposition});
  return any_child(&event.node, [&](const Node& child) {
    return field.names(child) && any_scalar(child, [&](const Node& scalar) {
             const auto id = codes::read_epcis_id(trim(scalar.text));
             return id && test(id->id);
           });
  });
}

bool holds_condition(const AttributeCondition& condition, const Event& event, const Hierarchy& hierarchy) {
  if (!hierarchy.attributes) return false;
  return std::any_of(condition.readings.begin(), condition.readings.end(), [&](const auto& reading) {
    return any_subject(event, reading.field, [&](const codes::Identity& id) {
      const auto attributes = hierarchy.attributes(id);
      return std::any_of(attributes.begin(), attributes.end(), [&](const auto& attribute) {
        const std::string name = comparable_attribute(attribute.first, standard_prefixes());
        if (reading.attribute.empty()) return holds(condition.values, name);
        return name == reading.attribute &&
               holds(condition.values, canonical_text(FieldType::kAny, attribute.second, {}));
      });
    });
  });
}

}  // namespace

bool matches(const EventQuery& query, const QueriedEvent& queried, const Hierarchy& hierarchy) {
  if (!passes(query.filter, queried)) return false;
  return std::all_of(query.conditions.begin(), query.conditions.end(), [&](const Condition& condition) {
    return std::visit([&](const auto& each) { return holds_condition(each, queried.event, hierarchy); }, condition);
  });
}

}  // namespace suyuan::trace
