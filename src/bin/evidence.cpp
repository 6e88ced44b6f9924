// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <system_error>

#include "adapters/clock/system_clock.h"
#include "adapters/records/audit_store.h"
#include "app/operation/log.h"
#include "base/text.h"
#include "bin/accounts.h"
#include "bin/kept_evidence.h"
#include "bin/operation.h"

namespace suyuan::cli {

namespace {

namespace fs = std::filesystem;

struct EvidenceArguments {
  SettingArguments settings;
  std::string file, id, name, note, why, to, after;
  std::vector<std::string> about;
  std::size_t limit = 100;
};

// Runs `work` on the evidence of a store.
template <class Work>
int on_evidence(const EvidenceArguments& arguments, const Common& common, Work work) {
  auto settings = settings_of(arguments.settings);
  if (!settings) return fail(settings.error());
  SystemClock clock;
  const StorePlace place = place_of(common);
  auto store = open_store(place, false, &*settings);
  if (!store) return fail(store.error());
  auto kept = KeptEvidence::open(**store, clock, *settings, place);
  if (!kept) return fail(kept.error());
  if (*kept == nullptr)
    return fail(
        {ErrorKind::kInvalid, "evidence.no_folder",
         "The files of evidence of a database have a folder of their own, and none is named. Name it with --set "
         "evidence.folder=DIR, as the servers on this database have it."});
  return work(**store, (*kept)->services());
}

Error unreadable(const std::string& file, std::string_view why) {
  return {ErrorKind::kInvalid, "evidence.unreadable",
          fmt::format("\"{}\" cannot be read: {}. Name a file.", excerpt(file, 300), why)};
}

// A little more than is taken, so that what is too large is refused as that.
Result<std::string> bytes_of(const std::string& file, std::size_t most) {
  std::error_code failed;
  if (!fs::is_regular_file(file, failed))
    return unreadable(file, failed ? failed.message() : std::string("it is no file"));
  std::ifstream stream(file, std::ios::binary);
  std::string bytes(std::min<std::uintmax_t>(fs::file_size(file, failed), most + 1), '\0');
  if (failed || !stream.read(bytes.data(), static_cast<std::streamsize>(bytes.size())))
    return unreadable(file, std::generic_category().message(errno));
  return bytes;
}

int show_one(const Result<EvidenceView>& view, const Common& common) {
  if (!view) return fail(view.error());
  return print(common.json ? evidence_json(*view) : evidence_text({{*view}, ""}, common.english));
}

int add(const EvidenceArguments& arguments, const Common& common) {
  return on_evidence(arguments, common, [&](Store&, const EvidenceServices& services) {
    NewEvidence given;
    for (const std::string& text : arguments.about) {
      auto code = the_code(text, services.clock);
      if (!code) return fail(code.error());
      given.about.push_back(std::move(*code));
    }
    auto bytes = bytes_of(arguments.file, services.bytes_max);
    if (!bytes) return fail(bytes.error());
    given.bytes = std::move(*bytes);
    given.name = arguments.name.empty() ? fs::path(arguments.file).filename().string() : arguments.name;
    given.note = arguments.note;
    auto handed_in = add_evidence(at_this_machine(), std::move(given), services);
    if (!handed_in) return fail(handed_in.error());
    return show_one(std::move(handed_in->view), common);
  });
}

int list(const EvidenceArguments& arguments, const Common& common) {
  return on_evidence(arguments, common, [&](Store&, const EvidenceServices& services) {
    std::optional<codes::Identity> about;
    if (!arguments.about.empty()) {
      auto code = the_code(arguments.about.front(), services.clock);
      if (!code) return fail(code.error());
      about = std::move(*code);
    }
    const auto page = list_evidence(at_this_machine(), about, arguments.after, arguments.limit, services);
    if (!page) return fail(page.error());
    return print(common.json ? evidence_page_json(*page) : evidence_text(*page, common.english));
  });
}

Status write_new(const std::string& to, const std::string& bytes) {
  const auto failed = [&](std::string_view why) {
    return Error{
        ErrorKind::kInvalid, "evidence.not_written",
        fmt::format("\"{}\" cannot be written: {}. Name a file that is not there yet.", excerpt(to, 300), why)};
  };
  std::FILE* const file = std::fopen(to.c_str(), "wbx");
  if (file == nullptr) return failed(std::generic_category().message(errno));
  const bool is_written = std::fwrite(bytes.data(), 1, bytes.size(), file) == bytes.size();
  const bool is_closed = std::fclose(file) == 0;
  if (!is_written || !is_closed) return failed(std::generic_category().message(errno));
  return Done{};
}

int get(const EvidenceArguments& arguments, const Common& common) {
  return on_evidence(arguments, common, [&](Store& store, const EvidenceServices& services) {
    SilentLog log;
    const auto audit_store = make_audit_store(store.records());
    Audit audit(*audit_store, services.clock, log);
    auto file = read_evidence(at_this_machine(), arguments.id, services, audit);
    if (!file) return fail(file.error());
    if (auto written = write_new(arguments.to, file->bytes); !written) return fail(written.error());
    return show_one(std::move(file->view), common);
  });
}

int withdraw(const EvidenceArguments& arguments, const Common& common) {
  return on_evidence(arguments, common, [&](Store&, const EvidenceServices& services) {
    return show_one(withdraw_evidence(at_this_machine(), arguments.id, arguments.why, services), common);
  });
}

}  // namespace

void add_evidence(CLI::App& app, Common& common, Chosen& chosen) {
  auto* command = app.add_subcommand(
      "evidence", "Photographs, reports, contracts: hand them in, list them, get them, withdraw them");
  command->require_subcommand(1);
  auto arguments = std::make_shared<EvidenceArguments>();
  const auto finish = [&](CLI::App& part, int (*run)(const EvidenceArguments&, const Common&)) {
    add_setting_options(part, arguments->settings);
    add_store_options(part, common);
    add_json_option(part, common);
    part.callback([arguments, run, &common, &chosen] {
      chosen.run = [arguments, run, &common] { return run(*arguments, common); };
    });
  };
  auto* adding = command->add_subcommand("add", "Hand in a file");
  adding->add_option("FILE", arguments->file, "The file")->required();
  adding->add_option("--about", arguments->about, "The code of what it shows something of; may be repeated")
      ->required()
      ->allow_extra_args(false);
  adding->add_option("--name", arguments->name, "Of the file, where it is another than on this disk");
  adding->add_option("--note", arguments->note, "What it shows, in short");
  finish(*adding, add);
  auto* listing = command->add_subcommand("list", "What was handed in, withdrawn and erased evidence too");
  listing->add_option("--about", arguments->about, "Of this code only")->expected(1);
  listing->add_option("--after", arguments->after, "Go on after this one");
  listing->add_option("--limit", arguments->limit, "Rows in the answer")
      ->capture_default_str()
      ->check(CLI::Range(1, 1000));
  finish(*listing, list);
  auto* getting = command->add_subcommand("get", "The file as it was handed in; who reads it is audited");
  getting->add_option("ID", arguments->id, "Of the evidence")->required();
  getting->add_option("--out", arguments->to, "A file that is not there yet")->required();
  finish(*getting, get);
  auto* withdrawing = command->add_subcommand("withdraw", "It counts no more; it stays, and is shown as withdrawn");
  withdrawing->add_option("ID", arguments->id, "Of the evidence")->required();
  withdrawing->add_option("--why", arguments->why, "Why: kept for ever")->required();
  finish(*withdrawing, withdraw);
}

}  // namespace suyuan::cli
