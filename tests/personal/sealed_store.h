// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "../storage/store_under_test.h"
#include "adapters/files/epcis_writer.h"
#include "adapters/records/account_store.h"
#include "adapters/records/audit_store.h"
#include "adapters/records/erasure_store.h"
#include "adapters/records/task_store.h"
#include "adapters/warehouse/original_codec.h"
#include "adapters/warehouse/zstd_text.h"
#include "app/account/account.h"
#include "app/account/account_directory.h"
#include "app/personal/personal.h"
#include "app/query/query.h"
#include "canaries.h"

// A store of each engine that holds values about people, with its key apart, and what is in its files.
namespace suyuan::personal_test {

using storage::Folder;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

// A value that outlives the loop over it.
template <class T>
T sure(Result<T> result) {
  CHECK(result.ok());
  return std::move(*result);
}

struct Kind {
  std::string name;
  bool is_postgres = false;
};

// Organisation 1 is a regulator of the whole country, organisation 2 a producer in Hefei.
class People : public DirectorySource {
 public:
  std::shared_ptr<const identity::Directory> directory() override {
    return *identity::Directory::make(
        {{.id = OrgId(1), .name = "局", .kind = identity::OrgKind::kRegulator},
         {.id = OrgId(2), .name = "厂", .kind = identity::OrgKind::kProducer, .jurisdiction = Jurisdiction{340100}}},
        {});
  }
};

inline Granted granted(identity::Act act, identity::Role role, std::int64_t org, std::int64_t person) {
  static People people;
  static SystemClock clock;
  identity::Principal who;
  who.actor = {PersonId(person), OrgId(org), Jurisdiction{org == 2 ? 340100 : 0}};
  who.roles = {role};
  who.via = identity::Via::kSession;
  auto given = Authorizer(people, clock).grant(who, act);
  CHECK(given.ok());
  return *given;
}
inline Granted approver(std::int64_t person) {
  return granted(identity::Act::kErasureApprove, identity::Role::kLeader, 1, person);
}
inline Granted unmasker(std::int64_t org) {
  return granted(identity::Act::kPersonalUnmask, org == 1 ? identity::Role::kOfficer : identity::Role::kProducer, org,
                 5);
}

class SealedStoreTest : public testing::TestWithParam<Kind> {
 protected:
  SealedStoreTest() { open(); }

  bool is_postgres() const { return GetParam().is_postgres; }

  void open() {
    close();
    const auto key_file = keys_.path() / "key";
    if (!std::filesystem::exists(key_file)) std::ofstream(key_file) << std::string(64, 'a') << "\n";
    auto store = is_postgres()
                     ? open_postgres_warehouse(storage::database_of(folder_.path()), clock_, {.key_file = key_file})
                     : open_sqlite_warehouse(folder_.path(), clock_, {});
    ASSERT_TRUE(store.ok()) << store.error().text;
    store_ = std::move(*store);
    accounts_ = make_account_store(store_->records(), store_->names());
    tasks_ = make_task_store(store_->records());
    audit_store_ = make_audit_store(store_->records());
    erasures_ = make_erasure_store(store_->records(), store_->eraser());
    audit_ = std::make_unique<Audit>(*audit_store_, clock_, log_);
    directory_ = std::make_unique<AccountDirectory>(*accounts_, log_);
    authorizer_ = std::make_unique<Authorizer>(*directory_, clock_);
  }
  void close() {
    authorizer_.reset();
    directory_.reset();
    audit_.reset();
    erasures_.reset();
    audit_store_.reset();
    tasks_.reset();
    accounts_.reset();
    store_.reset();
  }

  CaptureOutcome capture(const std::string& document, bool proceed = false) {
    auto outcome = capture_document(at_this_machine(), document, {proceed, ""}, read_epcis, *store_, clock_);
    EXPECT_TRUE(outcome.ok()) << outcome.error().text;
    if (outcome && !proceed && outcome->document_refused && document.find("canary-refused") == std::string::npos)
      ADD_FAILURE() << outcome_json(*outcome);
    return outcome ? *outcome : CaptureOutcome{};
  }

  std::unique_ptr<sql::Connection> connection() {
    if (!is_postgres()) return std::move(*sql::open_sqlite(folder_.path() / "suyuan.db", sql::Mode::kRead));
    return std::move(*sql::open_postgres(storage::database_of(folder_.path())));
  }

  std::vector<std::string> column(sql::Connection& connection, const std::string& query) {
    auto statement = connection.prepare(query);
    EXPECT_TRUE(statement.ok()) << query;
    const sql::Reset reset(**statement);
    std::vector<std::string> all;
    while (*(*statement)->step()) all.emplace_back((*statement)->bytes(0));
    return all;
  }

  // What somebody finds who has the store's files, or a copy of them, and knows how it packs things, but no key.
  std::string all_that_is_kept() {
    auto own = connection();
    std::string all;
    if (!is_postgres()) all = bytes_of_folder(folder_.path());
    OriginalCodec codec;
    EXPECT_TRUE(codec.load(*own).ok());
    for (const std::string& z : column(*own, "SELECT z FROM document")) all += codec.decompress(z).value_or("?");
    for (const std::string& z : column(*own, "SELECT frame FROM submission"))
      all += z.empty() ? "" : suyuan::decompress(z).value_or("?");
    if (is_postgres()) {
      for (const std::string& table : column(*own, "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"))
        for (const std::string& row : column(*own, "SELECT t::text FROM " + table + " t")) all += row;
      for (const std::string& value : column(*own, "SELECT value FROM master_datum")) all += value;
      for (const std::string& text : column(*own, "SELECT findings FROM submission")) all += text;
    } else {
      for (const std::string& value : column(*own, "SELECT value FROM master_datum")) all += value;
    }
    return all;
  }

  // Whatever the store answers to those who may not see people.
  std::string all_that_is_shown() {
    std::string all;
    for (const JobRecord& job : sure(store_->jobs(100, ""))) {
      all += job_json(job);
      if (auto document = store_->document(job.public_id)) all += *document;
    }
    for (const std::string& id : {kEvent, kXmlEvent}) {
      const auto event = *store_->find_event(id, false);
      if (!event) continue;
      const auto original = *store_->original(event->seq);
      all += original.bytes + original.frame;
      const std::vector<trace::EventSeq> seqs = {event->seq, event->seq};
      for (const auto& each : sure(store_->originals(seqs))) all += each.bytes + each.frame;
    }
    for (const std::string& party : {kParty, kXmlParty}) {
      const codes::Identity id = codes::read_epcis_id(party)->id;
      for (const auto& datum : sure(store_->master_data(std::span(&id, 1))))
        all += datum.attribute + "=" + datum.value + ";";
    }
    return all;
  }

  PersonalServices services() {
    return {store_->personal(), *erasures_, *audit_, *store_, *accounts_, *authorizer_, clock_, tree_};
  }
  std::vector<AuditEntry> entries(const std::string& act) {
    AuditStore::Search search;
    search.act = act;
    auto page = audit_store_->search(search);
    return page ? page->entries : std::vector<AuditEntry>();
  }

  Folder folder_, keys_;
  SystemClock clock_;
  const DocumentReader reader_ = read_epcis;
  const EventTree tree_ = [this](const trace::StoredEvent& event, const Warehouse::Original& original) {
    return Presenter(reader_, epcis_writer()).tree(event, original);
  };
  SilentLog log_;
  std::unique_ptr<Store> store_;
  std::unique_ptr<AccountStore> accounts_;
  std::unique_ptr<TaskStore> tasks_;
  std::unique_ptr<AuditStore> audit_store_;
  std::unique_ptr<ErasureStore> erasures_;
  std::unique_ptr<Audit> audit_;
  std::unique_ptr<AccountDirectory> directory_;
  std::unique_ptr<Authorizer> authorizer_;
};

}  // namespace suyuan::personal_test
