// SPDX-License-Identifier: Apache-2.0
#include "app/capture/capture.h"

#include <unistd.h>
#include <CLI/CLI.hpp>
#include <algorithm>
#include <boost/json.hpp>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "adapters/clock/system_clock.h"
#include "adapters/files/epcis.h"
#include "bin/cli.h"

namespace suyuan::cli {

namespace {

namespace fs = std::filesystem;

struct CaptureArguments {
  std::vector<std::string> paths;
  bool dry_run = false;
  bool proceed = false;
  std::size_t file_mib_max = 64;
};

struct Totals {
  std::int64_t accepted = 0, duplicates = 0, refused = 0;
  std::size_t documents = 0, refused_documents = 0;
};

// The files that the paths name: a folder stands for every .json, .jsonld and .xml file below it, in order of name.
Result<std::vector<fs::path>> files_of(const std::vector<std::string>& paths) {
  std::vector<fs::path> files;
  for (const std::string& path : paths) {
    std::error_code failed;
    if (!fs::is_directory(path, failed)) {
      files.emplace_back(path);
      continue;
    }
    const std::size_t before = files.size();
    for (auto entry = fs::recursive_directory_iterator(path, failed); !failed && entry != fs::end(entry);
         entry.increment(failed)) {
      const std::string suffix = entry->path().extension().string();
      if (entry->is_regular_file() && (suffix == ".json" || suffix == ".jsonld" || suffix == ".xml"))
        files.push_back(entry->path());
    }
    if (failed)
      return Error{ErrorKind::kInvalid, "file.unreadable", "Cannot list \"" + path + "\": " + failed.message() + "."};
    if (files.size() == before) {
      return Error{
          ErrorKind::kInvalid, "file.nothing_to_capture",
          "\"" + path + "\" holds no .json, .jsonld or .xml file. Name the documents themselves, or another folder."};
    }
    std::sort(files.begin() + static_cast<std::ptrdiff_t>(before), files.end());
  }
  return files;
}

Result<std::string> contents_of(const fs::path& path, std::size_t mib_max) {
  std::error_code failed;
  const auto size = fs::file_size(path, failed);
  if (failed)
    return Error{ErrorKind::kInvalid, "file.unreadable",
                 "Cannot read \"" + path.string() + "\": " + failed.message() + "."};
  if (size > mib_max << 20U) {
    return Error{ErrorKind::kTooLarge, "capture.too_large",
                 "\"" + path.string() + "\" has " + std::to_string(size) + " bytes; at most " +
                     std::to_string(mib_max) + " MiB are read. Cut the document, or raise --max-mib."};
  }
  std::ifstream file(path, std::ios::binary);
  std::ostringstream bytes;
  bytes << file.rdbuf();
  if (!file) return Error{ErrorKind::kInvalid, "file.unreadable", "Cannot read \"" + path.string() + "\"."};
  return std::move(bytes).str();
}

void show_progress(std::size_t done, std::size_t all, bool last) {
  if (isatty(STDERR_FILENO) == 0 || all < 2) return;
  constexpr std::size_t kWidth = 40;
  const std::size_t filled = done * kWidth / all;
  std::fprintf(stderr, "\r[%s%s] %zu/%zu%s", std::string(filled, '#').c_str(),
               std::string(kWidth - filled, '.').c_str(), done, all, last ? "\n" : "");
}

void report(const fs::path& path, const CaptureOutcome& outcome, const Common& common) {
  if (common.json) {
    auto line = boost::json::parse(outcome_json(outcome)).as_object();
    line["file"] = path.string();
    line["documentRefused"] = outcome.document_refused;
    std::printf("%s\n", boost::json::serialize(line).c_str());
    return;
  }
  if (outcome.findings.empty() && !outcome.document_refused) return;
  std::fprintf(stderr, "%s: %s\n", path.c_str(),
               outcome.document_refused ? "refused, nothing of it was stored" : "stored in part");
  for (const Finding& finding : outcome.findings) {
    std::fprintf(stderr, "  %s: %s [%s]\n", finding.path.empty() ? "/" : finding.path.c_str(), finding.text.c_str(),
                 finding.code.c_str());
  }
}

void add(Totals& totals, const CaptureOutcome& outcome) {
  ++totals.documents;
  totals.accepted += outcome.accepted;
  totals.duplicates += outcome.duplicates;
  totals.refused += outcome.refused;
  if (outcome.document_refused) ++totals.refused_documents;
}

int conclude(const Totals& totals, const CaptureArguments& arguments, const Common& common) {
  if (common.json) {
    std::printf("{\"accepted\":%lld,\"duplicates\":%lld,\"refused\":%lld,\"documents\":%zu}\n",
                static_cast<long long>(totals.accepted), static_cast<long long>(totals.duplicates),
                static_cast<long long>(totals.refused), totals.documents);
  } else {
    const char* format = common.english ? "%s%lld events accepted, %lld duplicates, %lld refused, in %zu documents\n"
                                        : "%s接受 %lld 个事件，重复 %lld，拒绝 %lld，共 %zu 份文件\n";
    const char* dry = !arguments.dry_run ? "" : common.english ? "Dry run, nothing stored: " : "试运行，未保存：";
    std::printf(format, dry, static_cast<long long>(totals.accepted), static_cast<long long>(totals.duplicates),
                static_cast<long long>(totals.refused), totals.documents);
  }
  if (totals.refused_documents == 0 && totals.refused == 0) return kDone;
  return totals.refused_documents == totals.documents ? kRefused : kPartly;
}

// One file, judged or captured. `store` is nothing on a dry run.
Result<CaptureOutcome> capture_file(const fs::path& path, const CaptureArguments& arguments, Warehouse* store) {
  SystemClock clock;
  auto bytes = contents_of(path, arguments.file_mib_max);
  if (!bytes) {
    CaptureOutcome unread;
    unread.document_refused = true;
    unread.findings.push_back({"", bytes.error().code, bytes.error().text});
    return unread;
  }
  if (store == nullptr) return judge_document(*bytes, arguments.proceed, read_epcis, clock);
  CaptureOptions options;
  options.proceed = arguments.proceed;
  return capture_document(at_this_machine(), std::move(*bytes), options, read_epcis, *store, clock);
}

int capture_files(const CaptureArguments& arguments, const Common& common) {
  auto files = files_of(arguments.paths);
  if (!files) return fail(files.error());
  std::unique_ptr<Warehouse> store;
  if (!arguments.dry_run) {
    auto opened = open_store(place_of(common), true);
    if (!opened) return fail(opened.error());
    store = std::move(*opened);
  }
  Totals totals;
  for (std::size_t i = 0; i < files->size(); ++i) {
    auto outcome = capture_file((*files)[i], arguments, store.get());
    if (!outcome) return fail(std::move(outcome.error()).doing((*files)[i].string()));
    report((*files)[i], *outcome, common);
    add(totals, *outcome);
    show_progress(i + 1, files->size(), i + 1 == files->size());
  }
  return conclude(totals, arguments, common);
}

}  // namespace

void add_capture(CLI::App& app, Common& common, Chosen& chosen) {
  auto* command = app.add_subcommand("capture", "Take EPCIS documents (1.2 and 2.0 XML, 2.0 JSON-LD) into the store");
  auto arguments = std::make_shared<CaptureArguments>();
  command->add_option("PATH", arguments->paths, "Documents, or folders of them")->required();
  command->add_flag("--dry-run", arguments->dry_run, "Judge only, store nothing");
  command->add_flag("--proceed", arguments->proceed, "Keep the sound events of a document when others are refused");
  command->add_option("--max-mib", arguments->file_mib_max, "Largest document, MiB")
      ->capture_default_str()
      ->check(CLI::Range(1, 1024));
  add_store_options(*command, common);
  add_json_option(*command, common);
  command->callback([arguments, &common, &chosen] {
    chosen.run = [arguments, &common] { return capture_files(*arguments, common); };
  });
}

}  // namespace suyuan::cli
