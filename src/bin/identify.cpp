// SPDX-License-Identifier: Apache-2.0
#include "app/codes/identify.h"

#include <CLI/CLI.hpp>
#include <cstdio>

#include "adapters/clock/system_clock.h"
#include "bin/cli.h"

namespace suyuan::cli {

namespace {

struct IdentifyArguments {
  std::vector<std::string> texts;
  int company_prefix_digits = 0;  // 0: not given
};

int identify_all(const IdentifyArguments& arguments, const Common& common) {
  SystemClock clock;
  const auto prefix =
      arguments.company_prefix_digits == 0 ? std::nullopt : std::optional(arguments.company_prefix_digits);
  const std::vector<std::string>& texts = arguments.texts;
  std::size_t known = 0;
  for (const std::string& text : texts) {
    auto found = identify_text(at_this_machine(), text, clock);
    if (!found) return fail(found.error());
    if (!found->candidates.empty()) ++known;
    const std::string shown =
        common.json ? identification_json(*found, prefix) : identification_text(*found, common.english, prefix);
    std::printf("%s\n", shown.c_str());
  }
  if (known == texts.size()) return kDone;
  return known == 0 ? kRefused : kPartly;
}

}  // namespace

void add_identify(CLI::App& app, Common& common, Chosen& chosen) {
  auto* command = app.add_subcommand(
      "identify", "Say which code a text is: GS1, Ecode, MA, OID, Handle, CCC, licence, credit code …");
  auto arguments = std::make_shared<IdentifyArguments>();
  command->add_option("TEXT", arguments->texts, "Codes as scanned, printed or linked")->required();
  command
      ->add_option("--company-prefix", arguments->company_prefix_digits,
                   "Digits of the GS1 company prefix: shows the EPC URN, too (never guessed)")
      ->check(CLI::Range(6, 12));
  add_json_option(*command, common);
  command->callback([arguments, &common, &chosen] {
    chosen.run = [arguments, &common] { return identify_all(*arguments, common); };
  });
}

}  // namespace suyuan::cli
