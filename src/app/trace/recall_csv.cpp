// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <unordered_map>

#include "app/identity/scoped_warehouse.h"
#include "app/trace/load.h"
#include "app/trace/recall.h"
#include "app/trace/words.h"
#include "base/csv.h"

namespace suyuan {

namespace {

constexpr std::size_t kLinesTogether = 4096;

class Table {
 public:
  Table(Warehouse& warehouse, const std::function<void(std::string_view)>& write)
      : warehouse_(warehouse), write_(write) {}

  void begin() {
    write_(kByteOrderMark);
    write_(
        "代码 code,层级 level,状态 status,持有者 party,持有者名称 party name,地点 place,地点名称 place "
        "name,起始 since,数量 amount,单位 unit,末次所在 last place,末次所在名称 last place name,末次时间 last "
        "seen\r\n");
  }
  void add(const RecallLine& line) {
    lines_.push_back(line);
    if (lines_.size() == kLinesTogether) flush();
  }
  Status finish() {
    flush();
    return failed_ ? Status(std::move(*failed_)) : Status(Done{});
  }

 private:
  void flush() {
    std::vector<trace::ObjectId> objects;
    for (const RecallLine& line : lines_) objects.push_back(line.object);
    auto ids = failed_ ? Result(std::vector<codes::Identity>()) : warehouse_.describe(objects);
    if (!ids) failed_ = std::move(ids.error());
    std::string text;
    for (std::size_t i = 0; !failed_ && i < lines_.size(); ++i) text += row(lines_[i], (*ids)[i]);
    write_(text);
    lines_.clear();
  }

  const TraceName& name(trace::ObjectId object) {
    const auto found = names_.find(object);
    if (found != names_.end()) return found->second;
    auto read = names_of(warehouse_, {object});
    if (!read) failed_ = std::move(read.error());
    return names_.emplace(object, read ? std::move(read->begin()->second) : TraceName{}).first->second;
  }
  std::string named(const std::optional<trace::ObjectId>& object) {
    if (!object) return ",";
    const TraceName& found = name(*object);
    return csv_cell(codes::display_text(found.id)) + "," + csv_cell(found.name);
  }

  std::string row(const RecallLine& line, const codes::Identity& id) {
    const auto& holder = line.holder;
    const std::string_view status = holder           ? (holder->in_transit ? "在途 in transit" : "在库 held")
                                    : line.has_ended ? "已终结 ended"
                                                     : "未知 unknown";
    const auto& last = line.last;
    return fmt::format("{},{},{},{},{},{},{},{},{},{}\r\n", csv_cell(codes::display_text(id)),
                       level_word(line.level, false), status, named(holder ? holder->party : std::nullopt),
                       named(holder ? holder->place : std::nullopt), holder ? format_instant(holder->since) : "",
                       holder && holder->amount ? holder->amount->to_string() : "", holder ? csv_cell(holder->uom) : "",
                       named(last ? std::optional(last->place) : std::nullopt), last ? format_instant(last->at) : "");
  }

  Warehouse& warehouse_;
  const std::function<void(std::string_view)>& write_;
  std::vector<RecallLine> lines_;
  std::unordered_map<trace::ObjectId, TraceName> names_;
  std::optional<Error> failed_;
};

}  // namespace

Result<RecallAnswer> recall_csv(const Permit<identity::Act::kRecallRead>& permit, const RecallRequest& request,
                                Warehouse& warehouse, const std::function<void(std::string_view)>& write) {
  ScopedEvents seen(permit.scope(), warehouse);
  Table table(seen.warehouse(), write);
  table.begin();
  auto answer = recall(permit, request, warehouse, [&](const RecallLine& line) { table.add(line); });
  if (!answer) return answer;
  if (auto done = table.finish(); !done) return std::move(done.error());
  return answer;
}

}  // namespace suyuan
