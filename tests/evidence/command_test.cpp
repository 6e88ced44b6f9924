// SPDX-License-Identifier: Apache-2.0
// Evidence as a person at a terminal meets it: handed in, given out, backed up, restored, verified.
#include "../cli/run_binary.h"
#include "kept_files.h"

namespace suyuan::evidence_test {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using testing::Not;

class EvidenceCommand : public personal_test::SealedStoreTest {
 protected:
  EvidenceCommand() {
    close();
    write(out_.path() / "照片.jpg", kPhoto);
  }
  static void write(const fs::path& file, const std::string& bytes) {
    std::ofstream(file, std::ios::binary | std::ios::trunc) << bytes;
  }
  static std::string contents(const fs::path& file) {
    std::ifstream stream(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), {}};
  }
  static std::string quoted(const fs::path& path) { return "'" + path.string() + "'"; }
  Ran ask(const std::string& words, const fs::path& data) const {
    return run(words + " --english --data " + quoted(data));
  }
  Ran ask(const std::string& words) const { return ask(words, folder_.path()); }
  std::string done(const std::string& words, const fs::path& data) const {
    const Ran ran = ask(words, data);
    EXPECT_EQ(ran.exit, 0) << words << ": " << ran.out;
    return ran.out;
  }
  std::string done(const std::string& words) const { return done(words, folder_.path()); }
  std::string add() const {
    const std::string json = done("evidence add --json --note 正面 --about 06901234567892 " + quoted(photo_file()));
    return json.substr(json.find(R"("id":")") + 6, 36);
  }
  fs::path photo_file() const { return out_.path() / "照片.jpg"; }
  std::string get(const std::string& id, const fs::path& data) const {
    const fs::path to = out_.path() / fmt::format("out-{}", ++number_);
    done("evidence get " + id + " --out " + quoted(to), data);
    return contents(to);
  }

  storage::Folder out_;
  mutable int number_ = 0;
};

TEST_P(EvidenceCommand, hands_in_lists_gets_and_withdraws) {
  const std::string id = add();
  EXPECT_EQ(get(id, folder_.path()), kPhoto);
  EXPECT_THAT(done("evidence list --about 06901234567892"), HasSubstr("照片.jpg"));
  const Ran there = ask("evidence get " + id + " --out " + quoted(photo_file()));
  EXPECT_EQ(there.exit, 1);
  EXPECT_THAT(there.out, HasSubstr("[evidence.not_written]"));
  EXPECT_EQ(contents(photo_file()), kPhoto) << "nothing is written over";
  EXPECT_THAT(done("evidence withdraw " + id + " --why wrong"), HasSubstr("withdrawn"));
  EXPECT_THAT(ask("evidence withdraw " + id + " --why wrong").out, HasSubstr("[evidence.withdrawn]"));
  EXPECT_THAT(done("audit --act evidence.add"), HasSubstr(id));
}

TEST_P(EvidenceCommand, says_what_is_wrong) {
  EXPECT_THAT(ask("evidence add --about 06901234567892 " + quoted(out_.path() / "none")).out,
              HasSubstr("[evidence.unreadable]"));
  EXPECT_THAT(ask("evidence add --about 06901234567892 " + quoted(out_.path())).out,
              HasSubstr("[evidence.unreadable]"));
  write(out_.path() / "x.exe", std::string("MZ\x90\0", 4));
  const Ran odd = ask("evidence add --about 06901234567892 " + quoted(out_.path() / "x.exe"));
  EXPECT_THAT(odd.out, HasSubstr("[evidence.type]"));
  EXPECT_EQ(odd.exit, 1);
  EXPECT_THAT(ask("evidence add --about 06901234567892 --set evidence.bytes_max=1024 " +
                  [&] {
                    write(out_.path() / "large.txt", std::string(1025, 'a'));
                    return quoted(out_.path() / "large.txt");
                  }())
                  .out,
              HasSubstr("[evidence.too_large]"));
  EXPECT_EQ(ask("evidence add " + quoted(photo_file())).exit, 2);
  EXPECT_EQ(ask("evidence").exit, 2);
}

// shows: T9, T10
TEST_P(EvidenceCommand, survives_backup_and_restore_and_is_verified) {
  const std::string id = add();
  const fs::path backup = out_.path() / "backup", restored = out_.path() / "restored";
  EXPECT_THAT(done("backup --to " + quoted(backup)), HasSubstr("1 files of evidence"));
  fs::create_directories(restored / "secrets");
  fs::copy_file(folder_.path() / "secrets" / "master.key", restored / "secrets" / "master.key");
  EXPECT_THAT(done("restore --no-erasures --from " + quoted(backup), restored), HasSubstr("1 files of evidence"));
  EXPECT_EQ(get(id, restored), kPhoto);
  EXPECT_THAT(ask("verify", restored).out, HasSubstr("1 files of evidence; 0 were erased"));
  fs::remove_all(restored / "secrets");
  EXPECT_THAT(ask("verify", restored).out, HasSubstr("1 files of evidence; 1 were erased, or cannot be opened"))
      << "whole files are known as whole without the key";
  fs::remove_all(restored / "evidence");
  EXPECT_THAT(ask("verify", restored).out, HasSubstr("[verify.evidence_missing]"));
  EXPECT_THAT(ask("verify --no-documents", restored).out, Not(HasSubstr("evidence")));
}

TEST_P(EvidenceCommand, a_backup_without_a_file_or_with_another_is_refused) {
  add();
  const fs::path files = folder_.path() / "evidence", aside = out_.path() / "aside";
  fs::rename(files, aside);
  const Ran missing = ask("backup --to " + quoted(out_.path() / "one"));
  EXPECT_EQ(missing.exit, 1);
  EXPECT_THAT(missing.out, HasSubstr("[evidence.missing]"));
  EXPECT_FALSE(fs::exists(out_.path() / "one"));
  EXPECT_THAT(done("backup --no-evidence --to " + quoted(out_.path() / "two")), HasSubstr("0 files of evidence"));
  EXPECT_THAT(done("backup --to " + quoted(out_.path() / "three") + " --evidence " + quoted(aside)),
              HasSubstr("1 files of evidence"));
  for (const auto& each : fs::recursive_directory_iterator(out_.path() / "three" / "evidence"))
    if (each.is_regular_file()) write(each.path(), "changed");
  const Ran changed = ask("restore --no-erasures --from " + quoted(out_.path() / "three"), out_.path() / "four");
  EXPECT_EQ(changed.exit, 1);
  EXPECT_THAT(changed.out, HasSubstr("[evidence.changed]"));
  EXPECT_FALSE(fs::exists(out_.path() / "four" / "suyuan.db")) << "no store without its evidence";
}

TEST_P(EvidenceCommand, an_erasure_is_repeated_after_a_restore_of_an_older_backup) {
  const std::string id = add();
  const fs::path backup = out_.path() / "backup", restored = out_.path() / "restored";
  done("backup --to " + quoted(backup));
  open();
  const auto asked = sure(
      request_erasure(at_this_machine(), {.event_id = evidence_subject(id)}, "the person asked for it", services()));
  sure(approve_erasure(personal_test::approver(2), asked.id, services()));
  close();
  const std::string list = done("erasure list --json");
  write(out_.path() / "erasures.json", list);
  fs::create_directories(restored / "secrets");
  fs::copy_file(folder_.path() / "secrets" / "master.key", restored / "secrets" / "master.key");
  done("restore --erasures " + quoted(out_.path() / "erasures.json") + " --from " + quoted(backup), restored);
  const Ran erased = ask("evidence get " + id + " --out " + quoted(out_.path() / "x"), restored);
  EXPECT_THAT(erased.out, HasSubstr("[evidence.erased]"));
  EXPECT_THAT(done("evidence list", restored), HasSubstr("(erased)"));
}

INSTANTIATE_TEST_SUITE_P(Engines, EvidenceCommand, testing::Values(Kind{"sqlite", false}),
                         [](const auto& test) { return test.param.name; });

}  // namespace
}  // namespace suyuan::evidence_test
