// SPDX-License-Identifier: Apache-2.0
// Every method that R's package surveillance has, too, on made-up series: against its answers recorded in recorded/,
// and against the package itself where it is installed. What is known to differ: docs/detection.md.
// Recorded again by `SUYUAN_TEST_WRITE=1 detection_test --gtest_filter='Surveillance.recorded*'`.
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "r_comparison.h"
#include "risk_data.h"

namespace suyuan::test {
namespace {

namespace fs = std::filesystem;

const fs::path kHere = fs::path(SUYUAN_SOURCE_DIR) / "tests/detection";
constexpr std::uint64_t kRecordedSeed = 6;
constexpr std::size_t kRecorded = 20, kRandom = 20;  // each shape once

std::string text_of(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream bytes;
  bytes << file.rdbuf();
  return bytes.str();
}

CsvTable table_of(const fs::path& path) {
  auto table = read_csv(text_of(path));
  EXPECT_TRUE(table.ok()) << path;
  return table ? *table : CsvTable();
}

std::uint64_t from_environment(const char* name, std::uint64_t otherwise) {
  const char* text = std::getenv(name);
  return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

// A folder of its own, gone with it.
class Folder {
 public:
  Folder() : path_(fs::temp_directory_path() / fmt::format("suyuan-detection-{}", ::getpid())) {
    fs::create_directories(path_);
  }
  ~Folder() { fs::remove_all(path_); }
  const fs::path& path() const { return path_; }

 private:
  fs::path path_;
};

// Asks R about the series in `folder`/series.csv: `folder`/answers.csv, and the versions in answers.txt. "": done;
// else why it could not be asked.
std::string ask_r(const fs::path& folder, const std::vector<AskedSeries>& series) {
  std::ofstream(folder / "series.csv", std::ios::binary) << series_csv(series);
  const std::string command =
      fmt::format("Rscript --vanilla '{}' judge '{}' '{}' > '{}' 2>&1", (kHere / "surveillance.R").string(),
                  (folder / "series.csv").string(), (folder / "answers.csv").string(), (folder / "log").string());
  const int status = std::system(command.c_str());
  const int code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  if (code == 127) return "Rscript is not installed (Debian: r-base-core)";
  if (code == 3) return "R's package surveillance is not installed (Debian: r-cran-surveillance)";
  EXPECT_EQ(code, 0) << text_of(folder / "log");
  return "";
}

void expect_agreement(const Comparison& found, std::size_t numbers) {
  EXPECT_TRUE(found.differences.empty())
      << found.differences.size() << " differences:\n"
      << fmt::format("{}", fmt::join(found.differences.begin(),
                                     found.differences.begin() + static_cast<std::ptrdiff_t>(std::min<std::size_t>(
                                                                     found.differences.size(), 30)),
                                     "\n"));
  EXPECT_GT(found.equal, numbers);
  for (const auto& [name, count] : found.documented) {
    EXPECT_NE(text_of(fs::path(SUYUAN_SOURCE_DIR) / "docs/detection.md").find("`" + name + "`"), std::string::npos)
        << "docs/detection.md does not say why " << name << " differs";
    fmt::print("  {} numbers differ for the reason {}\n", count, name);
  }
  fmt::print("  {} numbers agree, the largest relative difference is {:.2g}\n", found.equal, found.worst);
}

// shows: X7
TEST(Surveillance, recorded_answers_are_ours) {
  if (std::getenv("SUYUAN_TEST_WRITE") != nullptr) {
    auto series = made_up_series(kRecordedSeed, kRecorded);
    for (AskedSeries& one : series) one.step = one.row_step = 10;
    const Folder folder;
    ASSERT_EQ(ask_r(folder.path(), series), "");
    for (const char* name : {"series.csv", "answers.csv", "answers.txt"})
      fs::copy_file(folder.path() / name, kHere / "recorded" / name, fs::copy_options::overwrite_existing);
  }
  const auto series = series_of(table_of(kHere / "recorded/series.csv"));
  ASSERT_EQ(series.size(), kRecorded);
  expect_agreement(compare_with_r(series, table_of(kHere / "recorded/answers.csv")), 10000);
}

// shows: X7
TEST(Surveillance, random_series_are_judged_as_the_package_judges_them) {
  const std::uint64_t seed = from_environment("SUYUAN_TEST_SEED", 20261121);
  const auto series = made_up_series(seed, from_environment("SUYUAN_TEST_SERIES", kRandom));
  SCOPED_TRACE(fmt::format("again with SUYUAN_TEST_SEED={} SUYUAN_TEST_SERIES={}", seed, series.size()));
  const Folder folder;
  if (const std::string why = ask_r(folder.path(), series); !why.empty())
    GTEST_SKIP() << "not compared with a running R: " << why;
  fmt::print("  {}", text_of(folder.path() / "answers.txt"));
  expect_agreement(compare_with_r(series, table_of(folder.path() / "answers.csv")), series.size() * 1000);
}

// Each number of R's answers is looked at: changed by a thousandth, somewhere in its column, it is missed nowhere.
TEST(Surveillance, a_changed_answer_is_seen_in_every_column) {
  const auto series = series_of(table_of(kHere / "recorded/series.csv"));
  const CsvTable answers = table_of(kHere / "recorded/answers.csv");
  ASSERT_GT(answers.header.size(), 40U);
  for (std::size_t column = 2; column < answers.header.size(); ++column) {
    const std::string& name = answers.header[column];
    CsvTable changed = answers;
    for (auto& row : changed.rows) {
      const double value = number(row[column]);
      if (!std::isnan(value)) row[column] = fmt::format("{}", value < 1 ? value + 0.001 : value * 1.001);
    }
    const bool compared = name != "delta_tail" && name != "muan_tail";
    EXPECT_EQ(compare_with_r(series, changed).differences.empty(), !compared) << name;
  }
}

TEST(Surveillance, the_file_of_series_reads_as_it_was_written) {
  const auto series = made_up_series(1, 20);
  const std::string text = series_csv(series);
  const auto table = read_csv(text);
  ASSERT_TRUE(table.ok());
  EXPECT_EQ(series_csv(series_of(*table)), text);
}

}  // namespace
}  // namespace suyuan::test
