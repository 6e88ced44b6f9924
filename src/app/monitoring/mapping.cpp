// SPDX-License-Identifier: Apache-2.0
#include "app/monitoring/mapping.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json.hpp>
#include <charconv>

#include "base/text.h"

namespace suyuan {

namespace {

namespace json = boost::json;

Error wrong(std::string_view where, std::string_view what) {
  return {ErrorKind::kInvalid, "detection.mapping",
          fmt::format("The mapping, {}: {}. docs/formats/backtest.md has an example.", where, what)};
}

// One object of the mapping. Every member is asked for once; what is left over is unknown.
class Members {
 public:
  Members(const json::value& value, std::string where) : where_(std::move(where)) {
    if (const auto* object = value.if_object()) {
      object_ = object;
    } else {
      fail("an object is expected");
    }
  }

  std::string text(std::string_view name, bool needed) {
    const json::value* value = take(name);
    if (value == nullptr) {
      if (needed) fail(fmt::format("\"{}\" is missing", name));
      return {};
    }
    const auto* found = value->if_string();
    if (found == nullptr) fail(fmt::format("\"{}\" has to be a text", name));
    if (needed && found != nullptr && found->empty()) fail(fmt::format("\"{}\" is empty; a text is expected", name));
    return found == nullptr ? std::string() : std::string(*found);
  }
  bool flag(std::string_view name) {
    const json::value* value = take(name);
    if (value != nullptr && !value->is_bool()) fail(fmt::format("\"{}\" is true or false", name));
    return value != nullptr && value->is_bool() && value->as_bool();
  }
  std::vector<std::string> texts(std::string_view name) {
    std::vector<std::string> all;
    each(name, [&](const json::value& value, const std::string&) {
      const auto* found = value.if_string();
      if (found == nullptr || found->empty()) return fail(fmt::format("\"{}\" is a list of texts", name));
      all.emplace_back(*found);
    });
    return all;
  }
  template <class Use>
  void each(std::string_view name, Use&& use) {
    const json::value* value = take(name);
    if (value == nullptr) return;
    const auto* list = value->if_array();
    if (list == nullptr) return fail(fmt::format("\"{}\" has to be a list", name));
    for (std::size_t i = 0; i < list->size(); ++i) use((*list)[i], fmt::format("{}/{}/{}", where_, name, i));
  }
  const json::value* take(std::string_view name) {
    if (object_ == nullptr) return nullptr;
    taken_.insert(std::string(name));
    return object_->if_contains(name);
  }
  void fail(std::string what) {
    if (!error_) error_ = wrong(where_.empty() ? "as a whole" : where_, what);
  }
  void adopt(std::optional<Error> error) {
    if (!error_) error_ = std::move(error);
  }
  std::optional<Error> finish() {
    if (object_ != nullptr) {
      for (const auto& member : *object_) {
        if (!taken_.contains(std::string(member.key())))
          fail(fmt::format("\"{}\" is not known here", excerpt(std::string(member.key()))));
      }
    }
    return std::move(error_);
  }

 private:
  std::string where_;
  const json::object* object_ = nullptr;
  std::set<std::string> taken_;
  std::optional<Error> error_;
};

std::optional<DateForm> date_form_of(std::string_view text) {
  if (text.empty() || text == "2024-10-30") return DateForm::kIso;
  if (text == "Oct 30, 2024") return DateForm::kMonthName;
  if (text == "30-10-2024") return DateForm::kDayFirst;
  if (text == "2024/10/30") return DateForm::kSlashes;
  return std::nullopt;
}

std::optional<Error> read_date(const json::value& value, Mapping& mapping) {
  Members date(value, "/date");
  mapping.date_column = date.text("column", true);
  const std::string form = date.text("like", false);
  if (const auto known = date_form_of(form)) {
    mapping.date_form = *known;
  } else {
    date.fail(fmt::format("\"like\" is \"{}\"; 2024-10-30, Oct 30, 2024, 30-10-2024 and 2024/10/30 are known",
                          excerpt(form)));
  }
  return date.finish();
}

std::optional<Error> read_dimension(const json::value& value, const std::string& where, Mapping& mapping) {
  Members members(value, where);
  MappedDimension by;
  by.name = members.text("name", true);
  by.column = members.text("column", true);
  by.split = members.text("split", false);
  by.cut = members.texts("cut");
  by.lower_case = members.flag("lowerCase");
  members.each("rename", [&](const json::value& each, const std::string& place) {
    Members pair(each, place);
    by.rename.push_back({pair.text("contains", true), pair.text("to", true)});
    members.adopt(pair.finish());
  });
  if (const json::value* empty = members.take("empty")) {
    if (const auto* text = empty->if_string(); text != nullptr && !text->empty()) {
      by.empty = std::string(*text);
    } else {
      members.fail("\"empty\" is the value that stands for an empty cell");
    }
  }
  mapping.by.push_back(std::move(by));
  return members.finish();
}

struct Date {
  int year = 0;
  unsigned month = 0, day = 0;
};

std::optional<unsigned> small_number(std::string_view text) {
  if (text.empty() || text.size() > 4 || !is_all_digits(text)) return std::nullopt;
  unsigned value = 0;
  for (const char c : text) value = value * 10 + static_cast<unsigned>(c - '0');
  return value;
}

std::optional<Date> date_of(unsigned year, unsigned month, unsigned day) {
  return Date{static_cast<int>(year), month, day};
}

std::optional<Date> from_three(std::string_view text, bool day_first) {
  text = text.substr(0, text.find(' '));
  const auto mark = text.find_first_of("-/.");
  if (mark == std::string_view::npos) return std::nullopt;
  const auto parts = split(text, text[mark]);
  if (parts.size() != 3) return std::nullopt;
  const auto first = small_number(parts[0]), second = small_number(parts[1]), third = small_number(parts[2]);
  if (!first || !second || !third) return std::nullopt;
  return day_first ? date_of(*third, *second, *first) : date_of(*first, *second, *third);
}

std::optional<Date> from_month_name(std::string_view text) {
  constexpr std::string_view kMonths = "JanFebMarAprMayJunJulAugSepOctNovDec";
  const auto blank = text.find(' '), comma = text.find(", ");
  if (blank == std::string_view::npos || comma == std::string_view::npos || comma < blank) return std::nullopt;
  const auto month = kMonths.find(text.substr(0, blank));
  const auto day = small_number(text.substr(blank + 1, comma - blank - 1)), year = small_number(text.substr(comma + 2));
  if (blank != 3 || month == std::string_view::npos || month % 3 != 0 || !day || !year) return std::nullopt;
  return date_of(*year, static_cast<unsigned>(month / 3) + 1, *day);
}

std::optional<CivilDay> read_date_cell(std::string_view text, DateForm form) {
  text = trim(text);
  if (form == DateForm::kIso) {
    auto day = parse_day(text);
    return day ? std::optional(*day) : std::nullopt;
  }
  const auto date =
      form == DateForm::kMonthName ? from_month_name(text) : from_three(text, form == DateForm::kDayFirst);
  if (!date || date->year < 1900) return std::nullopt;
  const std::chrono::year_month_day day(std::chrono::year(date->year), std::chrono::month(date->month),
                                        std::chrono::day(date->day));
  return day.ok() ? std::optional(CivilDay(day)) : std::nullopt;
}

std::string clean(std::string_view text, const MappedDimension& by) {
  for (const std::string& end : by.cut) text = text.substr(0, text.find(end));
  std::string value = fold_text(text);
  if (by.lower_case) value = ascii_lower(value);
  for (const Renaming& each : by.rename) {
    if (value.find(each.contains) != std::string::npos) return each.to;
  }
  return value;
}

// The values of one cell, each once.
std::set<std::string> values_of(std::string_view cell, const MappedDimension& by) {
  std::set<std::string> values;
  const auto add = [&](std::string_view text) {
    if (std::string value = clean(text, by); !value.empty()) values.insert(std::move(value));
  };
  while (!by.split.empty()) {
    const auto mark = cell.find(by.split);
    if (mark == std::string_view::npos) break;
    add(cell.substr(0, mark));
    cell.remove_prefix(mark + by.split.size());
  }
  add(cell);
  if (values.empty() && by.empty) values.insert(*by.empty);
  return values;
}

struct Columns {
  std::size_t date = 0;
  std::optional<std::size_t> count, id;
  std::vector<std::size_t> by, where;
};

Result<std::size_t> column_of(const CsvTable& table, const std::string& file, const std::string& name) {
  if (const auto index = table.column(name)) return *index;
  const std::vector<std::string_view> names(table.header.begin(), table.header.end());
  const auto near = nearest(name, names);
  return Error{ErrorKind::kInvalid, "detection.column",
               fmt::format("{} has no column \"{}\"{}. Its columns are: {}.", file, excerpt(name),
                           near.empty() ? "" : fmt::format("; did you mean \"{}\"", near),
                           excerpt(fmt::format("{}", fmt::join(table.header, ", ")), 300))};
}

Result<Columns> columns_of(const Mapping& mapping, const std::string& file, const CsvTable& table) {
  Columns columns;
  std::optional<Error> error;
  const auto find = [&](const std::string& name) -> std::size_t {
    auto index = column_of(table, file, name);
    if (index) return *index;
    if (!error) error = std::move(index.error());
    return 0;
  };
  columns.date = find(mapping.date_column);
  if (!mapping.count_column.empty()) columns.count = find(mapping.count_column);
  if (!mapping.id_column.empty()) columns.id = find(mapping.id_column);
  for (const auto& by : mapping.by) columns.by.push_back(find(by.column));
  for (const auto& where : mapping.where) columns.where.push_back(find(where.column));
  if (error) return std::move(*error);
  return columns;
}

// One table being taken in.
class Taker {
 public:
  Taker(const Mapping& mapping, const std::string& file, const CsvTable& table, const Columns& columns, Intake& intake)
      : mapping_(mapping), file_(file), table_(table), columns_(columns), intake_(intake) {}

  Status take() {
    for (std::size_t i = 0; i < table_.rows.size(); ++i) take_row(table_.rows[i], table_.lines[i]);
    if (findings_.empty()) return Done{};
    Error error{ErrorKind::kInvalid, findings_.front().code,
                fmt::format("{}: {} line{} cannot be read. The first: {}: {}", file_, wrong_, wrong_ == 1 ? "" : "s",
                            findings_.front().path, findings_.front().text)};
    error.findings = std::move(findings_);
    return error;
  }

 private:
  void refuse(std::size_t line, std::string code, std::string text) {
    ++wrong_;
    if (findings_.size() < 100) findings_.push_back({fmt::format("line {}", line), std::move(code), std::move(text)});
  }

  bool wanted(const std::vector<std::string>& row) const {
    for (std::size_t i = 0; i < mapping_.where.size(); ++i) {
      const std::string cell = ascii_lower(row[columns_.where[i]]);
      const auto& any = mapping_.where[i].contains;
      if (std::none_of(any.begin(), any.end(),
                       [&](const std::string& text) { return cell.find(ascii_lower(text)) != std::string::npos; }))
        return false;
    }
    return true;
  }

  void take_row(const std::vector<std::string>& row, std::size_t line) {
    ++intake_.lines;
    if (!wanted(row)) {
      ++intake_.outside;
      return;
    }
    if (columns_.id && !row[*columns_.id].empty() && !intake_.ids.insert(row[*columns_.id]).second) {
      ++intake_.repeated;
      return;
    }
    const auto day = read_date_cell(row[columns_.date], mapping_.date_form);
    if (!day)
      return refuse(line, "detection.date",
                    fmt::format("\"{}\" is no date of the form that the mapping names.", excerpt(row[columns_.date])));
    double count = 1;
    if (columns_.count) {
      const std::string_view text = trim(row[*columns_.count]);
      const auto read = std::from_chars(text.data(), text.data() + text.size(), count);
      if (text.empty() || read.ec != std::errc() || read.ptr != text.data() + text.size() ||
          (mapping_.events && !(count >= 0 && count <= 1e9 && count == static_cast<double>(static_cast<long>(count)))))
        return refuse(line, "detection.count",
                      fmt::format("\"{}\" is no count: a whole number, 0 or more, is expected.", excerpt(text)));
    }
    add(row, *day, count, line, 0, {});
  }

  // Every combination of the values of the dimensions from `next` on.
  void add(const std::vector<std::string>& row, CivilDay day, double count, std::size_t line, std::size_t next,
           std::vector<std::string> parts) {
    if (next == mapping_.by.size()) {
      if (mapping_.events) {
        intake_.events.push_back({day, std::move(parts), count});
      } else {
        intake_.rows.push_back({day, std::move(parts), count, line});
      }
      return;
    }
    const auto values = values_of(row[columns_.by[next]], mapping_.by[next]);
    if (values.empty()) {
      ++intake_.incomplete;
      return;
    }
    for (const std::string& value : values) {
      auto longer = parts;
      longer.push_back(value);
      add(row, day, count, line, next + 1, std::move(longer));
    }
  }

  const Mapping& mapping_;
  const std::string& file_;
  const CsvTable& table_;
  const Columns& columns_;
  Intake& intake_;
  std::vector<Finding> findings_;
  std::size_t wrong_ = 0;
};

}  // namespace

Result<Mapping> read_mapping(std::string_view text) {
  boost::system::error_code failed;
  const json::value value = json::parse(text, failed);
  if (failed) return wrong("as a whole", "it is not JSON (" + failed.message() + ")");
  Mapping mapping;
  Members members(value, "");
  const std::string kind = members.text("kind", true);
  if (kind != "events" && kind != "series") members.fail("\"kind\" is \"events\" or \"series\"");
  mapping.events = kind != "series";
  const std::string period = members.text("period", false);
  if (const auto known = monitoring::period_of(period.empty() ? "week" : period)) {
    mapping.period = *known;
  } else {
    members.fail("\"period\" is \"day\", \"week\" or \"month\"");
  }
  if (const json::value* date = members.take("date")) {
    members.adopt(read_date(*date, mapping));
  } else {
    members.fail("\"date\" is missing");
  }
  mapping.count_column = members.text("count", !mapping.events);
  mapping.id_column = members.text("id", false);
  if (const std::string separator = members.text("separator", false); !separator.empty()) {
    if (separator.size() != 1) members.fail("\"separator\" is one character");
    mapping.separator = separator.front();
  }
  members.each("by", [&](const json::value& each, const std::string& where) {
    members.adopt(read_dimension(each, where, mapping));
  });
  members.each("where", [&](const json::value& each, const std::string& where) {
    Members filter(each, where);
    mapping.where.push_back({filter.text("column", true), filter.texts("contains")});
    members.adopt(filter.finish());
  });
  if (auto error = members.finish()) return std::move(*error);
  return mapping;
}

Result<Mapping> default_mapping(const std::vector<std::string>& header) {
  Mapping mapping;
  mapping.events = false;
  for (const std::string& name : header) {
    if (mapping.date_column.empty() && (name == "date" || name == "week_ending")) {
      mapping.date_column = name;
    } else if (mapping.count_column.empty() && (name == "count" || name == "n")) {
      mapping.count_column = name;
    } else {
      MappedDimension by;
      by.name = by.column = name;
      by.empty = "-";
      mapping.by.push_back(std::move(by));
    }
  }
  if (mapping.date_column.empty() || mapping.count_column.empty())
    return wrong(
        "which was not given",
        "without one the header has to name \"date\" and \"count\", so say with --mapping which columns are what");
  return mapping;
}

Status take_in(const Mapping& mapping, const std::string& file, const CsvTable& table, Intake& intake) {
  const auto columns = columns_of(mapping, file, table);
  if (!columns) return Error(columns.error());
  return Taker(mapping, file, table, *columns, intake).take();
}

}  // namespace suyuan
