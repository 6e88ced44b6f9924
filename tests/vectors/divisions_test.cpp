// SPDX-License-Identifier: Apache-2.0
// policy/divisions.csv against the whole of the two public files that it was made from. Where it says otherwise on
// purpose the code stands in kCorrected; the list must be exact.
#include <gtest/gtest.h>

#include <algorithm>
#include <boost/json.hpp>
#include <set>

#include "base/text.h"
#include "domain/codes/division.h"
#include "domain/codes/place_set.h"
#include "public_data.h"

namespace suyuan::codes {
namespace {

using test::contents;
using test::data_folder;

// 460302 and 710000 and three counties of 雄安 are current; the rest led to codes that no edition has, or to itself.
const std::set<std::int32_t> kCorrected = {130629, 130632, 130638, 132433, 132434, 132435, 330202,
                                           430504, 442229, 460037, 460038, 460039, 460301, 460302,
                                           469032, 469037, 469038, 469039, 652524, 710000};

class Divisions : public testing::Test {
 protected:
  void SetUp() override {
    if (!std::filesystem::exists(folder_ / "gbt2260_current.csv"))
      GTEST_SKIP() << "public test data not found in " << data_folder();
  }
  std::filesystem::path folder_ = data_folder() / "codes";
};

TEST_F(Divisions, every_current_one_has_the_name_level_and_superior_of_the_public_file) {
  const std::string csv = contents(folder_ / "gbt2260_current.csv");
  std::size_t count = 0;
  std::int32_t above = 0;
  PlaceSet places = PlaceSet::of(above);
  for (const std::string_view raw : split(csv, '\n')) {
    const auto cells = split(trim(raw), ',');
    if (cells.size() != 4 || !is_all_digits(cells[0])) continue;
    ++count;
    const auto code = read_division(cells[0]);
    ASSERT_TRUE(code.ok()) << code.error().text;
    const Division& division = *find_division(*code);
    EXPECT_TRUE(division.current) << raw;
    EXPECT_EQ(division.name, cells[1]) << raw;
    EXPECT_EQ(std::to_string(static_cast<int>(division.level)), cells[2]) << raw;
    EXPECT_EQ(division.superior == 0 ? "" : std::to_string(division.superior), cells[3]) << raw;
    if (division.superior != above) places = PlaceSet::of(above = division.superior);
    EXPECT_TRUE(places.covers(*code)) << raw;
    EXPECT_TRUE(full_name(*code).ends_with(cells[1])) << raw;
  }
  const auto& rows = divisions().rows();
  EXPECT_EQ(count + 1, std::count_if(rows.begin(), rows.end(), [](const Division& row) { return row.current; }));
}

TEST_F(Divisions, every_withdrawn_one_has_the_successors_of_the_public_file) {
  const auto changes = boost::json::parse(contents(folder_ / "mumuy_diff.json")).as_object();
  std::set<std::int32_t> different;
  for (const auto& [old, listed] : changes) {
    const auto code = read_division(old);
    ASSERT_TRUE(code.ok()) << old;
    std::vector<std::int32_t> expected;
    for (const auto& each : listed.as_array()) expected.push_back(std::stoi(std::string(each.as_string())));
    std::sort(expected.begin(), expected.end());
    const Division& division = *find_division(*code);
    if (division.current || division.successors != expected) different.insert(*code);
  }
  EXPECT_EQ(different, kCorrected);
  EXPECT_GT(changes.size(), 3900U);
}

}  // namespace
}  // namespace suyuan::codes
