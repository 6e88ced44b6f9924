// SPDX-License-Identifier: Apache-2.0
#include "app/assessment/assess.h"

#include <CLI/CLI.hpp>
#include <cstdio>
#include <fstream>
#include <sstream>

#include "adapters/files/json_tree.h"
#include "base/text.h"
#include "bin/cli.h"

namespace suyuan::cli {

namespace {

struct AssessArguments {
  std::string file, replay;
  bool explain = false;
};

Result<Json> read_file(const std::string& name) {
  std::ifstream file(name, std::ios::binary);
  std::ostringstream bytes;
  if (file) bytes << file.rdbuf();
  if (!file || !bytes)
    return Error{ErrorKind::kNotFound, "file.unreadable",
                 "\"" + excerpt(name) + "\" cannot be read. Check the name and the rights of the file."};
  return read_json(bytes.str());
}

int assess(const AssessArguments& arguments, const Common& common) {
  auto document = read_file(arguments.file);
  if (!document) return fail(document.error());
  auto assessed = assess_document(std::move(*document));
  if (!assessed) return fail(assessed.error());
  std::printf("%s\n", common.json ? json_text(assessment_result(*assessed)).c_str()
                                  : assessment_text(*assessed, arguments.explain, common.english).c_str());
  return kDone;
}

int replay(const AssessArguments& arguments, const Common& common) {
  auto stored = read_file(arguments.replay);
  if (!stored) return fail(stored.error());
  auto replayed = replay_assessment(*stored);
  if (!replayed) return fail(replayed.error());
  if (common.json)
    std::printf("%s\n", json_text(assessment_result(replayed->assessed)).c_str());
  else if (arguments.explain)
    std::printf("%s\n\n", assessment_text(replayed->assessed, true, common.english).c_str());
  std::fprintf(common.json ? stderr : stdout, "%s\n", replay_text(*replayed, common.english).c_str());
  return replayed->differences.empty() ? kDone : kRefused;
}

}  // namespace

void add_assess(CLI::App& app, Common& common, Chosen& chosen) {
  auto* command = app.add_subcommand(
      "assess",
      "Propose a risk grade A-D from scenarios, inspections, reports and indicators, with what would change it");
  auto arguments = std::make_shared<AssessArguments>();
  auto* file = command->add_option("FILE", arguments->file, "The facts as JSON (docs/formats/assessment.md)");
  auto* stored = command->add_option("--replay", arguments->replay,
                                     "Calculate a kept result (from --json) again and compare every digit");
  file->excludes(stored);
  command->add_flag("--explain", arguments->explain, "Everything that the grade hangs on");
  add_json_option(*command, common);
  command->callback([arguments, &common, &chosen] {
    if (arguments->file.empty() && arguments->replay.empty()) throw CLI::RequiredError("FILE or --replay FILE");
    chosen.run = [arguments, &common] {
      return arguments->replay.empty() ? assess(*arguments, common) : replay(*arguments, common);
    };
  });
}

}  // namespace suyuan::cli
