// SPDX-License-Identifier: Apache-2.0
#include "sealed_store.h"

// What a store keeps about people can be read with its keys only, and by nobody once they are destroyed.
namespace suyuan::personal_test {
namespace {

// shows: R1, T10
TEST_P(SealedStoreTest, keeps_and_shows_nothing_about_people_in_the_clear) {
  EXPECT_EQ(capture(json_document()).accepted, 1);
  EXPECT_EQ(capture(xml_document()).accepted, 1);
  EXPECT_TRUE(capture(refused_document(true)).document_refused);
  EXPECT_EQ(capture(refused_document(false), true).refused, 1);
  EXPECT_THAT(canaries_in(all_that_is_kept()), IsEmpty());
  const std::string shown = all_that_is_shown();
  EXPECT_THAT(canaries_in(shown), IsEmpty());
  for (const auto* mask : {"金*", "c***@example.cn", "****************1X", "某公司"})
    EXPECT_THAT(shown, HasSubstr(mask));
  EXPECT_THAT(shown, HasSubstr("139****2222"));
  EXPECT_THAT(shown, HasSubstr("139****5555")) << "an attribute of XML";
  EXPECT_THAT(shown, Not(HasSubstr("suyuan-sealed.J")));
  EXPECT_THAT(shown, Not(HasSubstr("suyuan-sealed.X")));
}

// shows: T10
TEST_P(SealedStoreTest, gives_back_what_was_sent_byte_for_byte) {
  for (const std::string& document :
       {json_document(), xml_document(),
        "\xEF\xBB\xBF" + json_event(kEvent + "1", R"(,"https://suyuan.example/ns/consumerName":"金丝雀甲")")}) {
    const auto outcome = capture(document);
    const auto sent = store_->personal().sent_document(outcome.job);
    ASSERT_TRUE(sent.ok()) << sent.error().text;
    EXPECT_EQ(*sent, document);
    const auto masked = store_->document(outcome.job);
    ASSERT_TRUE(masked.ok());
    EXPECT_TRUE(read_epcis(*masked).ok()) << "still a document: " << *masked;
  }
  EXPECT_EQ(capture(json_document()).duplicates, 1) << "the same event still counts once";
}

TEST_P(SealedStoreTest, never_takes_for_sealed_what_somebody_sent) {
  const auto first = capture(json_document());
  const std::string masked = *store_->document(first.job);
  EXPECT_THAT(masked, HasSubstr(R"("suyuan-sealed. \"quoted\"")"));
  const codes::Identity party = codes::read_epcis_id(kParty)->id;
  std::string mark;
  for (const auto& datum : sure(store_->master_data(std::span(&party, 1))))
    if (datum.attribute == "https://other.example/mark") mark = datum.value;
  EXPECT_EQ(mark, "suyuan-sealed.L. and suyuan-sealed.VAAAA.");
  // Sealed values of somebody else, sent again, are texts.
  auto own = connection();
  const auto values = column(*own, "SELECT value FROM master_datum");
  const auto sealed =
      std::find_if(values.begin(), values.end(), [](const auto& v) { return v.starts_with("suyuan-sealed.V"); });
  ASSERT_NE(sealed, values.end());
  const std::string stolen = json_event(kEvent + "2", R"(,"https://suyuan.example/ns/note":")" + *sealed + R"(")");
  const auto second = capture(stolen);
  EXPECT_EQ(*store_->document(second.job), stolen);
}

// shows: T10
TEST_P(SealedStoreTest, erases_for_ever_and_only_what_was_asked) {
  const auto json = capture(json_document()), xml = capture(xml_document());
  auto own = connection();
  const auto wrapped = column(*own, "SELECT wrapped FROM subject_key");
  ASSERT_GE(wrapped.size(), 5U);
  own.reset();
  const auto asked = request_erasure(at_this_machine(), {.event_id = kEvent}, "the consumer asked for it", services());
  ASSERT_TRUE(asked.ok()) << asked.error().text;
  EXPECT_EQ(asked->keys.size(), 1U);
  EXPECT_THAT(*store_->personal().sent_document(json.job), HasSubstr("13911112222")) << "nobody approved it yet";
  const auto same = approve_erasure(approver(1), asked->id, services());
  EXPECT_EQ(same.error().code, "erasure.same_person");
  const auto done = approve_erasure(approver(2), asked->id, services());
  ASSERT_TRUE(done.ok()) << done.error().text;
  EXPECT_EQ(approve_erasure(approver(2), asked->id, services()).error().code, "erasure.done");

  const auto left = [&] { return *store_->personal().sent_document(json.job); };
  EXPECT_THAT(left(), HasSubstr(std::string("\"") + std::string(kErased) + "\""));
  for (const auto* gone : {"金丝雀甲", "13911112222", "13922223333", "canary-nested-71", R"(\u91d1)"})
    EXPECT_THAT(left(), Not(HasSubstr(gone)));
  EXPECT_THAT(left(), HasSubstr("13933334444")) << "of another subject";
  EXPECT_TRUE(read_epcis(left()).ok()) << "still a document";
  EXPECT_EQ(*store_->personal().sent_document(xml.job), xml_document());

  const codes::Identity party = codes::read_epcis_id(kParty)->id;
  const auto second = request_erasure(at_this_machine(), {.code = party}, "the contact left the company", services());
  ASSERT_TRUE(second.ok());
  ASSERT_TRUE(approve_erasure(approver(2), second->id, services()).ok());
  for (const auto* gone : {"金丝雀丙", "13933334444", "canary.mail", "34010418500101001X"})
    EXPECT_THAT(left() + all_that_is_shown(), Not(HasSubstr(gone)));
  for (const auto& datum : sure(store_->personal().personal_data(party))) EXPECT_FALSE(datum.value) << datum.attribute;
  EXPECT_TRUE(store_->document(json.job).ok());

  // Nothing of the destroyed keys is left in the files, so no copy of them can be opened again.
  if (is_postgres()) return;
  const std::string raw = bytes_of_folder(folder_.path());
  own = connection();
  const auto kept = column(*own, "SELECT wrapped FROM subject_key");
  int destroyed = 0;
  for (const std::string& key : wrapped) {
    if (std::find(kept.begin(), kept.end(), key) != kept.end()) continue;
    ++destroyed;
    EXPECT_EQ(raw.find(key), std::string::npos);
  }
  EXPECT_EQ(destroyed, 2);
}

TEST_P(SealedStoreTest, seals_anew_after_an_erasure_under_another_key) {
  capture(json_document());
  const auto asked = *request_erasure(at_this_machine(), {.event_id = kEvent}, "the consumer asked for it", services());
  ASSERT_TRUE(approve_erasure(approver(2), asked.id, services()).ok());
  const auto again = capture(json_document());
  EXPECT_EQ(*store_->personal().sent_document(again.job), json_document())
      << "it was sent anew, in a document of its own";
  EXPECT_NE(store_->personal().keys_of(kEvent)->front().number, asked.keys.front());
}

// shows: T10
TEST_P(SealedStoreTest, erases_again_after_an_old_copy_was_restored) {
  if (is_postgres()) GTEST_SKIP() << "a copy of a folder";
  const auto json = capture(json_document());
  store_.reset();
  Folder copy;
  std::filesystem::copy(folder_.path(), copy.path(), std::filesystem::copy_options::recursive);
  open();
  const auto asked = *request_erasure(at_this_machine(), {.event_id = kEvent}, "the consumer asked for it", services());
  ASSERT_TRUE(approve_erasure(approver(2), asked.id, services()).ok());
  const auto list = list_erasures(at_this_machine().grant(identity::Act::kErasureRequest), "", 10, services());
  const std::string text = erasures_json(*list, 10);
  const auto restored = std::move(*open_sqlite_warehouse(copy.path(), clock_, {}));
  const auto erasures = make_erasure_store(restored->records(), restored->eraser());
  EXPECT_THAT(*restored->personal().sent_document(json.job), HasSubstr("13911112222"));
  EXPECT_EQ(*repeat_erasures(at_this_machine(), *read_erasures_json(text), *erasures), 1);
  EXPECT_THAT(*restored->personal().sent_document(json.job), Not(HasSubstr("13911112222")));
  EXPECT_EQ(*repeat_erasures(at_this_machine(), *read_erasures_json(text), *erasures), 0);
}

TEST_P(SealedStoreTest, unmasks_one_field_for_a_purpose_and_records_it) {
  capture(json_document());
  capture(xml_document());
  UnmaskRequest wanted{{.event_id = kXmlEvent}, "suyuan:handlerName", "complaint of a consumer", "case 7"};
  const auto seen = unmask(unmasker(1), wanted, services());
  ASSERT_TRUE(seen.ok()) << seen.error().text;
  EXPECT_THAT(*seen, ElementsAre("金丝雀戊"));
  wanted.subject = {.code = codes::read_epcis_id(kParty)->id};
  wanted.field = "https://suyuan.example/ns/phone";
  EXPECT_THAT(*unmask(unmasker(1), wanted, services()), ElementsAre("13933334444"));
  EXPECT_EQ(unmask(unmasker(2), wanted, services()).error().code, "unmask.nothing") << "of another organisation";
  wanted.purpose = "because";
  EXPECT_EQ(unmask(unmasker(1), wanted, services()).error().code, "unmask.purpose");
  wanted.purpose = "complaint of a consumer";
  wanted.case_id = " ";
  EXPECT_EQ(unmask(unmasker(1), wanted, services()).error().code, "unmask.case");
  wanted = {{.event_id = kXmlEvent}, "bizStep", "complaint of a consumer", "case 7"};
  EXPECT_EQ(unmask(unmasker(1), wanted, services()).error().code, "unmask.field");
  const auto noted = entries("personal.unmask");  // newest first
  ASSERT_EQ(noted.size(), 2U);
  EXPECT_EQ(noted[1].person, PersonId(5));
  EXPECT_EQ(noted[1].target, kXmlEvent);
  EXPECT_EQ(noted[1].reason, "complaint of a consumer");
  EXPECT_THAT(noted[1].after, HasSubstr("suyuan:handlerName"));
  EXPECT_THAT(noted[1].after, HasSubstr("case 7"));
  EXPECT_THAT(noted[0].after, HasSubstr("https://suyuan.example/ns/phone"));
}

TEST_P(SealedStoreTest, refuses_to_work_with_another_key) {
  capture(json_document());
  store_.reset();
  Folder other;
  std::ofstream(other.path() / "key") << std::string(64, 'b');
  const auto with = [&](const std::filesystem::path& file) {
    return is_postgres() ? open_postgres_warehouse(storage::database_of(folder_.path()), clock_, {.key_file = file})
                         : open_sqlite_warehouse(folder_.path(), clock_, {.key_file = file});
  };
  EXPECT_EQ(with(other.path() / "key").error().code, "secrets.wrong_key");
  EXPECT_EQ(with(other.path() / "none").error().code, "secrets.no_key");
  std::ofstream(other.path() / "key") << "not a key";
  EXPECT_EQ(with(other.path() / "key").error().code, "secrets.key_file");
}

INSTANTIATE_TEST_SUITE_P(Engines, SealedStoreTest, testing::Values(Kind{"sqlite", false}, Kind{"postgres", true}),
                         [](const auto& test) { return test.param.name; });

TEST(PostgresWithoutKey, refuses_what_is_about_people_and_nothing_else) {
  Folder folder;
  SystemClock clock;
  auto store = open_postgres_warehouse(storage::database_of(folder.path()), clock, {});
  ASSERT_TRUE(store.ok()) << store.error().text;
  const auto capture = [&](const std::string& document) {
    return capture_document(at_this_machine(), document, {}, read_epcis, **store, clock);
  };
  EXPECT_TRUE(capture(storage::items_document(1, 2)).ok());
  EXPECT_EQ(capture(json_document()).error().code, "secrets.no_key");
  EXPECT_EQ((*store)->counts()->events, 2);
}

TEST(KeyFile, is_made_for_its_owner_only) {
  Folder folder;
  SystemClock clock;
  auto store = open_sqlite_warehouse(folder.path(), clock, {});
  EXPECT_FALSE(std::filesystem::exists(folder.path() / "secrets")) << "nobody needs it yet";
  const auto accounts = make_account_store((*store)->records(), (*store)->names());
  Account somebody;
  somebody.login = "zhang";
  ASSERT_TRUE(accounts->add(somebody, AuditEntry()).ok());
  EXPECT_FALSE(std::filesystem::exists(folder.path() / "secrets")) << "nor for nobody's name";
  somebody.login = "li";
  somebody.name = "x";
  ASSERT_TRUE(accounts->add(somebody, AuditEntry()).ok());
  const auto rights = std::filesystem::status(folder.path() / "secrets" / "master.key").permissions();
  EXPECT_EQ(rights, std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
}

}  // namespace
}  // namespace suyuan::personal_test
