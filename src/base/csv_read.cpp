// SPDX-License-Identifier: Apache-2.0
#include "base/csv_read.h"

#include <algorithm>

#include "base/csv.h"
#include "base/text.h"

namespace suyuan {

namespace {

class Reader {
 public:
  Reader(std::string_view text, char separator) : text_(text), separator_(separator) {}

  bool done() const { return at_ == text_.size(); }
  std::size_t line() const { return line_; }

  // The cells of the next line; an empty line has one empty cell.
  Result<std::vector<std::string>> row() {
    std::vector<std::string> cells;
    for (;;) {
      auto cell = next_cell();
      if (!cell) return std::move(cell.error());
      cells.push_back(std::move(*cell));
      if (done()) return cells;
      const char end = text_[at_++];
      if (end == separator_) continue;
      if (end == '\r' && !done() && text_[at_] == '\n') ++at_;
      ++line_;
      return cells;
    }
  }

 private:
  bool ends_cell(char c) const { return c == separator_ || c == '\n' || c == '\r'; }
  Result<std::string> next_cell() {
    if (done() || text_[at_] != '"') {
      const std::size_t begin = at_;
      while (!done() && !ends_cell(text_[at_])) ++at_;
      return std::string(text_.substr(begin, at_ - begin));
    }
    const std::size_t began = line_;
    std::string cell;
    for (++at_; !done(); ++at_) {
      if (text_[at_] != '"') {
        if (text_[at_] == '\n') ++line_;
        cell += text_[at_];
      } else if (at_ + 1 < text_.size() && text_[at_ + 1] == '"') {
        cell += text_[++at_];
      } else {
        ++at_;
        if (done() || ends_cell(text_[at_])) return cell;
        return Error{ErrorKind::kInvalid, "csv.quote",
                     "Line " + std::to_string(line_) +
                         ": text stands behind the closing quotation mark of a cell. Write a quotation mark inside a "
                         "cell twice."};
      }
    }
    return Error{ErrorKind::kInvalid, "csv.quote",
                 "Line " + std::to_string(began) + ": a cell begins with a quotation mark and never ends."};
  }

  std::string_view text_;
  char separator_;
  std::size_t at_ = 0, line_ = 1;
};

Status check_header(const std::vector<std::string>& header) {
  for (std::size_t i = 0; i < header.size(); ++i) {
    if (std::count(header.begin(), header.end(), header[i]) == 1) continue;
    return Error{ErrorKind::kInvalid, "csv.header",
                 "The column \"" + excerpt(header[i]) + "\" is there twice. Give each column a name of its own."};
  }
  return Done{};
}

}  // namespace

std::optional<std::size_t> CsvTable::column(std::string_view name) const {
  const auto found = std::find(header.begin(), header.end(), name);
  if (found == header.end()) return std::nullopt;
  return static_cast<std::size_t>(found - header.begin());
}

Result<CsvTable> read_csv(std::string_view text, char separator) {
  if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
  if (!is_utf8(text)) {
    return Error{ErrorKind::kInvalid, "csv.encoding", "The table is not UTF-8. Save it as CSV UTF-8."};
  }
  Reader reader(text, separator);
  CsvTable table;
  while (!reader.done()) {
    const std::size_t line = reader.line();
    auto row = reader.row();
    if (!row) return std::move(row.error());
    if (row->size() == 1 && row->front().empty()) continue;
    if (table.header.empty()) {
      if (auto checked = check_header(*row); !checked) return std::move(checked.error());
      table.header = std::move(*row);
    } else if (row->size() != table.header.size()) {
      return Error{ErrorKind::kInvalid, "csv.width",
                   "Line " + std::to_string(line) + " has " + std::to_string(row->size()) + " cells, the header has " +
                       std::to_string(table.header.size()) +
                       ". Look for a missing quotation mark or a separator inside a cell."};
    } else {
      table.rows.push_back(std::move(*row));
      table.lines.push_back(line);
    }
  }
  if (table.header.empty())
    return Error{ErrorKind::kInvalid, "csv.empty", "The table is empty. Its first line has to name the columns."};
  return table;
}

}  // namespace suyuan
