// SPDX-License-Identifier: Apache-2.0
#include "base/csv_read.h"

#include <gtest/gtest.h>

#include "base/csv.h"

namespace suyuan {
namespace {

using Row = std::vector<std::string>;

TEST(CsvRead, cells_as_rfc_4180_writes_them) {
  const auto table = read_csv("\xEF\xBB\xBF名称,n\r\n\"a,\"\"b\"\"\nc\",1\n\n ,\"\"");
  ASSERT_TRUE(table.ok());
  EXPECT_EQ(table->header, (Row{"名称", "n"}));
  ASSERT_EQ(table->rows.size(), 2U);
  EXPECT_EQ(table->rows[0], (Row{"a,\"b\"\nc", "1"}));
  EXPECT_EQ(table->rows[1], (Row{" ", ""}));
  EXPECT_EQ(table->lines, (std::vector<std::size_t>{2, 5}));
  EXPECT_EQ(table->column("n"), 1U);
  EXPECT_EQ(table->column("m"), std::nullopt);
}

TEST(CsvRead, reads_what_csv_cell_writes) {
  for (const std::string cell : {"", "溯源", "a\"b", "a,b", "a\nb", "\"", "1-2"}) {
    const auto table = read_csv("x,y\n" + csv_cell(cell) + ",1\n");
    ASSERT_TRUE(table.ok()) << cell;
    EXPECT_EQ(table->rows[0][0], cell);
  }
}

TEST(CsvRead, what_is_no_table_is_refused_with_its_line) {
  const auto refused = [](std::string_view text) {
    auto table = read_csv(text);
    return table ? std::string("read") : table.error().code + " " + table.error().text.substr(0, 6);
  };
  EXPECT_EQ(refused(""), "csv.empty The ta");
  EXPECT_EQ(refused("\n\n"), "csv.empty The ta");
  EXPECT_EQ(refused("a,b\n1\n"), "csv.width Line 2");
  EXPECT_EQ(refused("a,b\n\n1,2,3\n"), "csv.width Line 3");
  EXPECT_EQ(refused("a,b\n\"1\n,2"), "csv.quote Line 2");
  EXPECT_EQ(refused("a,b\n\"1\"x,2"), "csv.quote Line 2");
  EXPECT_EQ(refused("a,a\n1,2"), "csv.header The co");
  EXPECT_EQ(refused("a,b\n\xff,2"), "csv.encoding The ta");
}

}  // namespace
}  // namespace suyuan
