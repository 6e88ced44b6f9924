// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <fstream>
#include <iterator>

#include "adapters/clock/system_clock.h"
#include "adapters/records/account_store.h"
#include "adapters/records/audit_store.h"
#include "adapters/records/erasure_store.h"
#include "app/account/account_directory.h"
#include "app/personal/personal.h"
#include "app/ports/evidence_store.h"
#include "base/text.h"
#include "bin/cli.h"

namespace suyuan::cli {

namespace {

struct ErasureArguments {
  std::string id, event, evidence, why, file;
  std::int64_t person = 0;
};

int print(const std::string& text) {
  std::printf("%s\n", text.c_str());
  return std::fflush(stdout) == 0 ? kDone : kPartly;
}

// Runs `work` on the store.
template <class Work>
int on_store(const Common& common, Work work) {
  SystemClock clock;
  auto store = open_store(place_of(common), false);
  if (!store) return fail(store.error());
  SilentLog log;
  const auto accounts = make_account_store((*store)->records(), (*store)->names());
  const auto audit_store = make_audit_store((*store)->records());
  const auto erasures = make_erasure_store((*store)->records(), (*store)->eraser());
  Audit audit(*audit_store, clock, log);
  AccountDirectory directory(*accounts, log);
  const Authorizer authorizer(directory, clock);
  return work(**store, PersonalServices{(*store)->personal(), *erasures, audit, **store, *accounts, authorizer, clock});
}

std::string line_of(const Erasure& erasure, bool english) {
  struct Words {
    std::string_view chinese, english;
  };
  static constexpr Words kStates[] = {
      {"待批准", "to be approved"}, {"已抹除", "erased"}, {"已驳回", "refused"}, {"已撤回", "withdrawn"}};
  const Words& words = kStates[static_cast<std::size_t>(erasure.state)];
  std::string state(english ? words.english : words.chinese);
  if (erasure.state != Erasure::State::kWaiting) state += " " + format_instant(erasure.ended);
  return fmt::format("{}  {}  {}  {}", erasure.id, state, excerpt(erasure.subject, 300), excerpt(erasure.why, 300));
}

int request(const ErasureArguments& arguments, const Common& common) {
  return on_store(common, [&](Store&, const PersonalServices& services) {
    PersonalSubject subject{.event_id = arguments.event};
    if (!arguments.evidence.empty()) subject.event_id = evidence_subject(arguments.evidence);
    if (arguments.person > 0) subject.person = PersonId(arguments.person);
    if (!arguments.id.empty()) {
      auto code = the_code(arguments.id, services.clock);
      if (!code) return fail(code.error());
      subject.code = std::move(*code);
    }
    const auto made = request_erasure(at_this_machine(), subject, arguments.why, services);
    if (!made) return fail(made.error());
    return print(common.json ? erasure_json(*made) : line_of(*made, common.english));
  });
}

int withdraw(const ErasureArguments& arguments, const Common& common) {
  return on_store(common, [&](Store&, const PersonalServices& services) {
    const auto ended = withdraw_erasure(at_this_machine(), arguments.id, services);
    if (!ended) return fail(ended.error());
    return print(common.json ? erasure_json(*ended) : line_of(*ended, common.english));
  });
}

int list(const Common& common) {
  return on_store(common, [&](Store&, const PersonalServices& services) {
    constexpr std::size_t kPage = 1000;
    std::vector<Erasure> all;
    for (std::string after;;) {
      auto page = list_erasures(at_this_machine().grant(identity::Act::kErasureRequest), after, kPage, services);
      if (!page) return fail(page.error());
      all.insert(all.end(), page->begin(), page->end());
      if (page->size() < kPage) break;
      after = all.back().id;
    }
    if (common.json) return print(erasures_json(all, all.size() + 1));
    for (const Erasure& each : all) print(line_of(each, common.english));
    return int{kDone};
  });
}

int repeat(const ErasureArguments& arguments, const Common& common) {
  auto erasures = read_erasures_file(arguments.file);
  if (!erasures) return fail(erasures.error());
  return on_store(common, [&](Store& store, const PersonalServices& services) {
    const auto keys = repeat_erasures(at_this_machine(), *erasures, services.erasures);
    if (!keys) return fail(keys.error());
    auto kept = audit_command(store, "erasure.repeat", "", "keys", std::to_string(*keys));
    if (!kept) return fail(kept.error());
    return print(common.english ? fmt::format("{} keys destroyed", *keys) : fmt::format("已销毁 {} 个密钥", *keys));
  });
}

}  // namespace

Result<std::vector<Erasure>> all_erasures(ErasureStore& store) {
  constexpr std::size_t kPage = 1000;
  std::vector<Erasure> all;
  for (std::string after;;) {
    auto page = store.erasures(after, kPage);
    if (!page) return page;
    all.insert(all.end(), page->begin(), page->end());
    if (page->size() < kPage) return all;
    after = all.back().id;
  }
}

Result<std::vector<Erasure>> read_erasures_file(const std::string& file) {
  std::ifstream stream(file, std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(stream), {}};
  return read_erasures_json(text);
}

void add_erasure(CLI::App& app, Common& common, Chosen& chosen) {
  auto* command =
      app.add_subcommand("erasure", "Erase what is kept about people: ask for it, list, repeat after a restore");
  command->require_subcommand(1);
  auto arguments = std::make_shared<ErasureArguments>();
  auto* asking = command->add_subcommand("request", "Ask for an erasure; another person approves it on the server");
  auto* id = asking->add_option("ID", arguments->id, "Code of the thing or party, in any notation");
  auto* event = asking->add_option("--event", arguments->event, "Or the id of one event")->excludes(id);
  auto* evidence =
      asking->add_option("--evidence", arguments->evidence, "Or the id of evidence: the file, its name and its note")
          ->excludes(id)
          ->excludes(event);
  asking->add_option("--person", arguments->person, "Or the number of somebody with an account, which ends")
      ->check(CLI::PositiveNumber)
      ->excludes(id)
      ->excludes(event)
      ->excludes(evidence);
  asking->add_option("--why", arguments->why, "Why: kept for ever")->required();
  add_store_options(*asking, common);
  add_json_option(*asking, common);
  asking->callback(
      [arguments, &common, &chosen] { chosen.run = [arguments, &common] { return request(*arguments, common); }; });
  auto* withdrawing = command->add_subcommand("withdraw", "Ask no more for what was asked for here");
  withdrawing->add_option("ID", arguments->id, "Of the erasure")->required();
  add_store_options(*withdrawing, common);
  add_json_option(*withdrawing, common);
  withdrawing->callback(
      [arguments, &common, &chosen] { chosen.run = [arguments, &common] { return withdraw(*arguments, common); }; });
  auto* listing = command->add_subcommand("list", "All erasures; keep --json apart from the backups");
  add_store_options(*listing, common);
  add_json_option(*listing, common);
  listing->callback([&common, &chosen] { chosen.run = [&common] { return list(common); }; });
  auto* again = command->add_subcommand("repeat", "Erase again in a restored store what the list says");
  again->add_option("FILE", arguments->file, "What `suyuan erasure list --json` wrote")
      ->required()
      ->check(CLI::ExistingFile);
  add_store_options(*again, common);
  add_json_option(*again, common);
  again->callback(
      [arguments, &common, &chosen] { chosen.run = [arguments, &common] { return repeat(*arguments, common); }; });
}

}  // namespace suyuan::cli
