// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "domain/trace/event.h"
#include "domain/trace/query/conditions.h"
#include "domain/trace/query/parameters.h"
#include "domain/trace/read_event.h"

// SimpleEventQuery of EPCIS 2.0 (§8.2.7.1), as a language: parameters in, a judgement of events out. No store is
// touched. The rules where the standard leaves a choice:
// - Parameters are joined by AND, values of one by OR. Comparisons of the same field (GE_time and LT_time; GE_value_CEL
//   and LT_value_KEL) hold for one and the same of its values; other parameters may be met by different ones.
// - MATCH_*: a value that names a class, as "urn:epc:idpat:sgtin:C.I.*" or as Digital Link, stands for all that belongs
//   to it: the class, its lots, its items. A pattern with more open parts works likewise. Other values are exact.
// - An extension field is named by "prefix:local" with a prefix of `prefixes`, or by its whole URI; a prefix that
//   nobody explained means members written with that prefix. Its text equals a value when it is the same text, the same
//   plain number, the same instant, or the same GS1 key.
// - EXISTS_*: no value, "true" or a number asks for the field; "false" and "0" ask for nothing.
namespace suyuan::trace {

struct QueryParameter {
  std::string name;
  std::vector<std::string> values;  // a list already split; text as given
};

enum class OrderBy : std::uint8_t { kNone, kEventTime, kRecordTime };

// What a store can decide without opening documents. All of it must hold; empty lists ask for nothing.
struct StoreFilter {
  bool nothing = false;          // no event can match (only types that are not of EPCIS 2.0 are asked for)
  std::vector<EventType> types;  // sorted, as are the others
  std::vector<Action> actions;
  std::vector<std::string> biz_steps, dispositions;  // canonical, and as written where a prefix was expanded
  std::vector<std::string> event_ids;
  std::optional<Instant> time_from, time_until;          // [from, until)
  std::optional<Instant> recorded_from, recorded_until;  // [from, until)
  // The event names one of the ids, or one of `classes` or something whose class is one of them, in one of the
  // roles. A necessary condition: roles hold more than one field, so matches() still judges.
  struct Naming {
    std::vector<codes::Identity> ids;
    std::vector<codes::Identity> classes;
    std::vector<Role> roles;
  };
  std::vector<Naming> naming;
  bool complete = true;  // everything is said above: documents need not be opened to judge
};

struct EventQuery {
  StoreFilter filter;
  std::vector<Condition> conditions;  // what matches() judges beside the plain parts of `filter`
  OrderBy order_by = OrderBy::kNone;
  bool descending = true;
  std::optional<std::int64_t> event_count_limit;  // only the first so many of the order
  std::optional<std::int64_t> max_event_count;    // more than so many is QueryTooLargeException
};

// Errors: kInvalid "query.parameter" with one finding per wrong parameter, its path the parameter's name (EPCIS
// QueryParameterException: unknown name, twice, no or too many values, a value of the wrong kind, eventCountLimit
// without orderBy or with maxEventCount); kTooLarge "query.too_complex" (EPCIS QueryTooComplexException: more than 200
// parameters, 200,000 values or 1,000 patterns). Not an error: a value that nothing can match.
Result<EventQuery> read_event_query(std::span<const QueryParameter> parameters, const Prefixes& prefixes = {});

struct QueriedEvent {
  const Event& event;
  Instant recorded;
};

// What master data says. A missing function says nothing.
struct Hierarchy {
  using Attributes = std::vector<std::pair<std::string, std::string>>;              // name, value
  std::function<std::vector<codes::Identity>(const codes::Identity& place)> above;  // all ancestors, near or far
  std::function<Attributes(const codes::Identity& subject)> attributes;
};

// From master data rows as read_master_data makes them and a store gives them back (all rows of one subject).
using MasterDataOf = std::function<std::vector<MasterDatum>(const codes::Identity& subject)>;
Hierarchy hierarchy_from(MasterDataOf master_data);

bool matches(const EventQuery& query, const QueriedEvent& queried, const Hierarchy& hierarchy = {});

// name=value pairs of an address, decoded, in their order: lists are split at "|". Errors: none; a wrong name stays for
// read_event_query.
std::vector<QueryParameter> parameters_of_address(std::span<const std::pair<std::string, std::string>> pairs);

// The object behind "query" of a JSON body (POST /queries), and what its @context defines.
// Errors: kInvalid "query.parameter" (no object; a value that is an object or a list of lists).
struct QueryBody {
  std::vector<QueryParameter> parameters;
  Prefixes prefixes;
};
Result<QueryBody> read_query_body(const Node& query);

}  // namespace suyuan::trace
