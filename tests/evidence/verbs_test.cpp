// SPDX-License-Identifier: Apache-2.0
// Files are handed in, given out, withdrawn, erased; and what somebody does to them is named. On both engines.
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>

#include "base/fault_points.h"
#include "kept_files.h"

namespace suyuan::evidence_test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

class EvidenceVerbs : public EvidenceTest {};

// shows: E7, T9
TEST_P(EvidenceVerbs, what_is_handed_in_is_given_out_byte_for_byte_with_its_hashes_in_the_log) {
  const EvidenceView view = added();
  const Evidence& it = view.evidence;
  EXPECT_EQ(it.media_type, "image/jpeg");
  EXPECT_EQ(it.sha256, sha256(kPhoto));
  EXPECT_EQ(it.sm3, sm3(kPhoto));
  const auto file = sure(read_evidence(at_this_machine(), it.id, *services_, *audit_));
  EXPECT_EQ(file.bytes, kPhoto);
  EXPECT_EQ(file.view.words->name, "电池鼓包.jpg");
  EXPECT_EQ(file.view.words->note, "送检样品正面");
  const auto entry = sure(rows_->entry_of(it.id));
  ASSERT_TRUE(entry);
  for (const std::string& told :
       {suyuan::hex(it.sha256), suyuan::hex(it.sm3), suyuan::hex(it.file), std::string("21/1")})
    EXPECT_THAT(entry->after, HasSubstr(told));
  EXPECT_THAT(entry->after + entry->reason, Not(HasSubstr("电池"))) << "names and notes can name people";
  EXPECT_THAT(faults(), IsEmpty());
  EXPECT_THAT(entries("evidence.read"), SizeIs(1)) << "a photograph may show people: who looked at it is known";
}

// shows: T10
TEST_P(EvidenceVerbs, nobody_with_the_files_alone_sees_anything) {
  added();
  const std::string kept = personal_test::bytes_of_folder(kept_.path());
  EXPECT_THAT(kept, Not(HasSubstr("battery")));
  EXPECT_THAT(all_that_is_kept(), Not(HasSubstr("鼓包")));
}

TEST_P(EvidenceVerbs, an_answer_that_was_lost_and_is_asked_for_again_is_the_same_evidence) {
  const EvidenceView first = added();
  auto again = sure(add_evidence(at_this_machine(), photo(), *services_));
  EXPECT_TRUE(again.is_repeated);
  EXPECT_EQ(again.view.evidence.id, first.evidence.id);
  NewEvidence other = photo();
  other.about = {kThing, kLot};
  EXPECT_NE(added(other).evidence.id, first.evidence.id) << "about something else it is something else";
  sure(withdraw_evidence(at_this_machine(), first.evidence.id, "认错了样品", *services_));
  EXPECT_NE(added().evidence.id, first.evidence.id) << "what was withdrawn does not count";
}

TEST_P(EvidenceVerbs, are_listed_by_what_they_are_about_page_by_page) {
  NewEvidence both = photo(kPhoto + "2");
  both.about = {kLot, kThing, kLot};
  const std::string one = added().evidence.id, two = added(both).evidence.id;
  const auto list = [&](const std::optional<codes::Identity>& about, const std::string& after, std::size_t limit) {
    const auto page = sure(list_evidence(at_this_machine(), about, after, limit, *services_));
    std::vector<std::string> ids;
    for (const EvidenceView& each : page.all) ids.push_back(each.evidence.id);
    return std::pair(ids, page.next);
  };
  EXPECT_THAT(list(kThing, "", 10).first, ElementsAre(one, two));
  EXPECT_THAT(list(kLot, "", 10).first, ElementsAre(two));
  EXPECT_THAT(sure(rows_->evidence(two))->about, ElementsAre(kLot, kThing)) << "each once, in its place";
  const auto [first, next] = list(std::nullopt, "", 1);
  EXPECT_THAT(first, ElementsAre(one));
  EXPECT_EQ(next, one);
  EXPECT_THAT(list(std::nullopt, next, 10).first, ElementsAre(two));
  EXPECT_EQ(list_evidence(at_this_machine(), {}, "", 0, *services_).error().code, "evidence.limit");
}

TEST_P(EvidenceVerbs, what_is_wrong_is_refused_and_leaves_nothing) {
  const auto with = [](auto change) {
    NewEvidence given = photo();
    change(given);
    return given;
  };
  EXPECT_EQ(refusal(with([](auto& e) { e.about.clear(); })), "evidence.about");
  EXPECT_EQ(refusal(with([](auto& e) {
              e.about.clear();
              for (int i = 0; i < 21; ++i) e.about.push_back({codes::Scheme::kUri, "urn:x:" + std::to_string(i)});
            })),
            "evidence.about");
  for (const std::string& name :
       {std::string(), std::string(" "), std::string("../etc/passwd"), std::string("a\\b.jpg"), std::string(".."),
        std::string("a\nb.jpg"), std::string("a\0b", 3), std::string("\xE2\x80\xAEgpj.exe"), std::string(201, 'a'),
        std::string("\xFF\xFE")})
    EXPECT_EQ(refusal(with([&](auto& e) { e.name = name; })), "evidence.name") << name;
  EXPECT_EQ(refusal(with([](auto& e) { e.note = std::string(1001, 'a'); })), "evidence.note");
  EXPECT_EQ(refusal(with([](auto& e) { e.bytes.clear(); })), "evidence.empty");
  EXPECT_EQ(refusal(with([](auto& e) { e.bytes = std::string("MZ\x90\0", 4); })), "evidence.type");
  EXPECT_EQ(refusal(with([](auto& e) { e.media_type = "application/pdf"; })), "evidence.type");
  EXPECT_EQ(refusal(with([](auto& e) { e.media_type = "text/html"; })), "evidence.type");
  services_->bytes_max = kPhoto.size() - 1;
  EXPECT_EQ(refusal(photo()), "evidence.too_large");
  services_->bytes_max = kPhoto.size();
  EXPECT_EQ(refusal(with([](auto& e) { e.media_type = "application/octet-stream"; })), "");
  EXPECT_THAT(sure(rows_->list({}, "", 100)), SizeIs(1));
  EXPECT_THAT(sure(files_->names()), SizeIs(1));
  EXPECT_EQ(view_evidence(at_this_machine(), "nobody's", *services_).error().code, "evidence.unknown");
  EXPECT_EQ(read_evidence(at_this_machine(), "' OR 1=1 --", *services_, *audit_).error().code, "evidence.unknown");
}

TEST_P(EvidenceVerbs, are_withdrawn_once_and_stay) {
  const std::string id = added().evidence.id;
  EXPECT_EQ(withdraw_evidence(at_this_machine(), id, " ", *services_).error().code, "evidence.reason");
  const auto view = sure(withdraw_evidence(at_this_machine(), id, "认错了样品", *services_));
  EXPECT_EQ(view.evidence.withdrawn->why, "认错了样品");
  EXPECT_EQ(withdraw_evidence(at_this_machine(), id, "again", *services_).error().code, "evidence.withdrawn");
  EXPECT_EQ(withdraw_evidence(at_this_machine(), "none", "why", *services_).error().code, "evidence.unknown");
  EXPECT_EQ(sure(read_evidence(at_this_machine(), id, *services_, *audit_)).bytes, kPhoto);
  EXPECT_THAT(faults(), IsEmpty());
}

// Each sees what their place or their organisation has.
TEST_P(EvidenceVerbs, of_others_are_as_if_they_were_not_there) {
  using identity::Act;
  using identity::Role;
  const auto handed_in =
      sure(add_evidence(personal_test::granted(Act::kEvidenceAdd, Role::kProducer, 2, 7), photo(), *services_));
  const std::string& id = handed_in.view.evidence.id;
  EXPECT_TRUE(view_evidence(personal_test::granted(Act::kEvidenceRead, Role::kProducer, 2, 8), id, *services_).ok());
  EXPECT_TRUE(view_evidence(personal_test::granted(Act::kEvidenceRead, Role::kOfficer, 1, 9), id, *services_).ok());
  const std::string office = added().evidence.id;
  const Granted maker = personal_test::granted(Act::kEvidenceRead, Role::kProducer, 2, 8);
  EXPECT_EQ(view_evidence(maker, office, *services_).error().code, "evidence.unknown");
  EXPECT_EQ(read_evidence(maker, office, *services_, *audit_).error().code, "evidence.unknown");
  EXPECT_THAT(sure(list_evidence(maker, kThing, "", 10, *services_)).all, SizeIs(1)) << "its own";
  const Granted other = personal_test::granted(Act::kEvidenceWithdraw, Role::kOfficer, 1, 9);
  EXPECT_EQ(withdraw_evidence(other, id, "not mine", *services_).error().code, "evidence.unknown");
}

// shows: T10
TEST_P(EvidenceVerbs, are_erased_with_their_key_and_everything_else_still_holds) {
  const EvidenceView view = added();
  const auto asked = sure(request_erasure(at_this_machine(), {.event_id = evidence_subject(view.evidence.id)},
                                          "the person on it asked for it", services()));
  sure(approve_erasure(personal_test::approver(2), asked.id, services()));
  EXPECT_EQ(read_evidence(at_this_machine(), view.evidence.id, *services_, *audit_).error().code, "evidence.erased");
  const auto left = sure(view_evidence(at_this_machine(), view.evidence.id, *services_));
  EXPECT_FALSE(left.words);
  EXPECT_EQ(left.evidence.sha256, view.evidence.sha256);
  EXPECT_THAT(evidence_json(left), HasSubstr(R"("erased":true)"));
  EXPECT_THAT(faults(), IsEmpty()) << "the file is whole, though nobody can open it";
  EXPECT_NE(added().evidence.id, view.evidence.id) << "what was erased is not the same evidence";
}

// shows: T9
TEST_P(EvidenceVerbs, whatever_somebody_does_to_files_and_rows_is_named) {
  const Evidence one = added().evidence, two = added(photo(kPhoto + "2")).evidence;
  const std::string was = personal_test::bytes_of_folder(file_of(one).parent_path());
  const auto write = [](const std::filesystem::path& file, const std::string& bytes) {
    std::ofstream(file, std::ios::binary | std::ios::trunc) << bytes;
  };
  std::string flipped = was;
  flipped[flipped.size() / 2] = static_cast<char>(flipped[flipped.size() / 2] ^ 1);
  write(file_of(one), flipped);
  EXPECT_THAT(faults(), ElementsAre("verify.evidence_changed"));
  EXPECT_EQ(read_evidence(at_this_machine(), one.id, *services_, *audit_).error().code, "evidence.changed");
  std::filesystem::remove(file_of(one));
  EXPECT_THAT(faults(), ElementsAre("verify.evidence_missing"));
  EXPECT_EQ(read_evidence(at_this_machine(), one.id, *services_, *audit_).error().code, "evidence.missing");
  write(file_of(one), was);
  EXPECT_THAT(faults(), IsEmpty());

  const std::string their_file = fmt::format("(SELECT file FROM evidence WHERE id = '{}')", two.id);
  change(fmt::format("UPDATE evidence SET file = {} WHERE id = '{}'", their_file, one.id));
  EXPECT_THAT(faults(), ElementsAre("verify.evidence_row", "verify.evidence_changed"))
      << "another's file, sealed for another";
  EXPECT_EQ(read_evidence(at_this_machine(), one.id, *services_, *audit_).error().code, "evidence.changed");
}

TEST_P(EvidenceVerbs, rows_that_were_changed_or_taken_away_are_named) {
  const Evidence one = added().evidence;
  change("UPDATE evidence SET at = at + 1");
  EXPECT_THAT(faults(), ElementsAre("verify.evidence_row"));
  change("UPDATE evidence SET at = at - 1");
  change("UPDATE evidence_about SET key = '/01/06901234567892/21/2'");
  EXPECT_THAT(faults(), ElementsAre("verify.evidence_row"));
  change("UPDATE evidence_about SET key = '/01/06901234567892/21/1'");
  EXPECT_THAT(faults(), IsEmpty());
  change("DELETE FROM evidence");
  std::uint64_t without_row = 0;
  EXPECT_THAT(faults(&without_row), ElementsAre("verify.evidence_row_missing"));
  EXPECT_EQ(without_row, 1U);
}

TEST_P(EvidenceVerbs, entries_that_evidence_rests_on_are_not_pruned) {
  added();
  const auto later = clock_.now() + std::chrono::days(400);
  sure(read_evidence(at_this_machine(), sure(rows_->list({}, "", 1)).front().id, *services_, *audit_));
  // The database lets nothing younger than half a year go.
  if (is_postgres()) {
    change("ALTER TABLE audit_entry DISABLE TRIGGER ALL");
  } else {
    change("DROP TRIGGER audit_no_delete");
  }
  sure(audit_store_->prune(later, 100,
                           audit_entry(at_this_machine().grant(identity::Act::kStoreMaintain), "audit.prune",
                                       {"audit", ""}, "", clock_.now())));
  EXPECT_THAT(entries("evidence.read"), IsEmpty());
  EXPECT_THAT(entries("evidence.add"), SizeIs(1));
  EXPECT_THAT(faults(), IsEmpty());
}

INSTANTIATE_TEST_SUITE_P(Engines, EvidenceVerbs, testing::Values(Kind{"sqlite", false}, Kind{"postgres", true}),
                         [](const auto& test) { return test.param.name; });

// A process that is killed when the file is on the disk and the row is not: nothing is there, and nothing is in the
// way.
class EvidenceKilled : public EvidenceTest {};

// shows: T10
TEST_P(EvidenceKilled, between_file_and_row_leaves_nothing_but_a_file_that_nobody_can_open) {
  rows_.reset();
  services_.reset();
  close();
  const pid_t process = ::fork();
  if (process == 0) {
    open();
    open_evidence();
    armed_fault_hook = [](std::string_view point) {
      if (point == "evidence.file") ::kill(::getpid(), SIGKILL);
    };
    static_cast<void>(add_evidence(at_this_machine(), photo(), *services_));
    ::_exit(0);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(process, &status, 0), process);
  ASSERT_TRUE(WIFSIGNALED(status)) << "it was killed";
  open();
  open_evidence();
  EXPECT_THAT(sure(rows_->list({}, "", 10)), IsEmpty());
  std::uint64_t without_row = 0;
  EXPECT_THAT(faults(&without_row), IsEmpty());
  EXPECT_EQ(without_row, 1U);
  EXPECT_EQ(sure(read_evidence(at_this_machine(), added().evidence.id, *services_, *audit_)).bytes, kPhoto);
}

INSTANTIATE_TEST_SUITE_P(Engines, EvidenceKilled, testing::Values(Kind{"sqlite", false}),
                         [](const auto& test) { return test.param.name; });

TEST(EvidenceFolder, forgets_what_was_begun_a_day_ago_and_nothing_else) {
  const storage::Folder outer;
  SystemClock clock;
  const auto micros = [&](std::chrono::hours ago) { return (clock.now() - ago).time_since_epoch().count(); };
  const auto folder = outer.path() / "evidence";
  std::filesystem::create_directories(folder / ".new");
  const std::string old = fmt::format("{}-aa", micros(std::chrono::hours(25))),
                    young = fmt::format("{}-bb", micros(std::chrono::hours(1)));
  for (const std::string& name : {old, young, std::string("mine.txt")}) std::ofstream(folder / ".new" / name) << "x";
  const auto files = sure(make_evidence_folder(folder, clock));
  EXPECT_THAT(sure(files->names()), IsEmpty());
  EXPECT_TRUE(std::filesystem::exists(folder / ".new" / old)) << "whoever reads changes nothing";
  const Sha256 name = sure(files->put("bytes"));
  EXPECT_FALSE(std::filesystem::exists(folder / ".new" / old));
  EXPECT_TRUE(std::filesystem::exists(folder / ".new" / young));
  EXPECT_TRUE(std::filesystem::exists(folder / ".new" / "mine.txt"));
  EXPECT_EQ(*sure(files->read(name)), "bytes");
  EXPECT_EQ(sure(files->put("bytes")), name) << "once more does no harm";
}

}  // namespace
}  // namespace suyuan::evidence_test
