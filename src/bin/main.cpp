// SPDX-License-Identifier: Apache-2.0
#include <CLI/CLI.hpp>
#include <algorithm>
#include <clocale>
#include <cstdio>

#include "base/secrets.h"
#include "base/text.h"
#include "bin/cli.h"

namespace {

// A mistyped command is answered with the nearest one.
int explain(const CLI::App& app, const CLI::ParseError& error, int argc, char** argv) {
  if (error.get_exit_code() == 0) return app.exit(error);  // --help, --version
  std::vector<std::string> names;
  for (const CLI::App* command : app.get_subcommands({})) names.push_back(command->get_name());
  if (argc > 1 && argv[1][0] != '-' && std::find(names.begin(), names.end(), argv[1]) == names.end()) {
    const std::vector<std::string_view> views(names.begin(), names.end());
    const std::string_view near = suyuan::nearest(argv[1], views);
    std::fprintf(stderr, "suyuan: there is no command \"%s\"%s%s%s. `suyuan --help` lists them.\n",
                 suyuan::excerpt(argv[1]).c_str(), near.empty() ? "" : "; did you mean \"", std::string(near).c_str(),
                 near.empty() ? "" : "\"");
    return suyuan::cli::kUsage;
  }
  std::fprintf(stderr, "suyuan: %s\n", suyuan::without_passwords(error.what()).c_str());
  std::fprintf(stderr, "`suyuan %s--help` explains.\n",
               argc > 1 && argv[1][0] != '-' ? (std::string(argv[1]) + " ").c_str() : "");
  return suyuan::cli::kUsage;
}

// The words of the command line, last first as CLI11 takes them. A password in an address is for us only: from here on
// `ps` shows the line without it.
std::vector<std::string> arguments_of(int argc, char** argv) {
  std::vector<std::string> words;
  for (int i = argc - 1; i > 0; --i) {
    const std::string& word = words.emplace_back(argv[i]);
    const std::string shown = suyuan::without_passwords(word);
    if (shown == word) continue;
    std::fill_n(argv[i], word.size(), '\0');
    shown.copy(argv[i], word.size());
  }
  return words;
}

}  // namespace

int main(int argc, char** argv) {
  using namespace suyuan::cli;
  std::setlocale(LC_CTYPE, "C.UTF-8");
  CLI::App app("Suyuan 溯源: product risk and traceability, from the first report to the lifted warning", "suyuan");
  app.set_version_flag("--version", std::string("suyuan ") + SUYUAN_VERSION);
  app.require_subcommand(1);
  Common common;
  Chosen chosen;
  add_demo(app, common, chosen);
  add_serve(app, common, chosen);
  add_capture(app, common, chosen);
  add_trace(app, common, chosen);
  add_identify(app, common, chosen);
  add_recall(app, common, chosen);
  add_backtest(app, common, chosen);
  add_marks(app, common, chosen);
  add_assess(app, common, chosen);
  add_due(app, common, chosen);
  add_organisations(app, common, chosen);
  add_users(app, common, chosen);
  add_tasks(app, common, chosen);
  add_audit(app, common, chosen);
  add_evidence(app, common, chosen);
  add_erasure(app, common, chosen);
  add_lookups(app, common, chosen);
  add_backup(app, common, chosen);
  add_restore(app, common, chosen);
  add_verify(app, common, chosen);
  add_move(app, common, chosen);
  add_rekey(app, common, chosen);
  add_keys(app, common, chosen);
  add_log(app, common, chosen);
  add_witness(app, common, chosen);
  add_settings(app, common, chosen);
  try {
    app.parse(arguments_of(argc, argv));
  } catch (const CLI::ParseError& error) {
    return explain(app, error, argc, argv);
  }
  return chosen.run();
}
