// SPDX-License-Identifier: Apache-2.0
#include "logged_store.h"

#include "app/audit/audit.h"
#include "app/identity/permit.h"

namespace suyuan::log_test {

namespace {

class Producers : public DirectorySource {
 public:
  std::shared_ptr<const identity::Directory> directory() override {
    const auto producer = [](std::int64_t id) {
      return identity::Organisation{.id = OrgId(id),
                                    .name = fmt::format("厂 {}", id),
                                    .kind = identity::OrgKind::kProducer,
                                    .jurisdiction = Jurisdiction{340100}};
    };
    return *identity::Directory::make({producer(2), producer(3)}, {});
  }
};

std::int64_t micros(Instant at) { return at.time_since_epoch().count(); }
std::string quoted(const std::string& text) { return "'" + text + "'"; }

}  // namespace

Granted capture_permit(std::int64_t org) {
  static Producers producers;
  static SystemClock clock;
  identity::Principal who;
  who.actor = {PersonId(org), OrgId(org), Jurisdiction{340100}};
  who.roles = {identity::Role::kProducer};
  who.via = identity::Via::kSession;
  return sure(Authorizer(producers, clock).grant(who, identity::Act::kEventCapture));
}

std::string contents(const fs::path& file) {
  std::ifstream stream(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
}
void put(const fs::path& file, const std::string& bytes) {
  fs::permissions(file, fs::perms::owner_all, fs::perm_options::add);
  std::ofstream(file, std::ios::binary | std::ios::trunc) << bytes;
}
std::string checkpoint_of(const fs::path& log, tlog::HashKind tree) {
  return contents(tree == tlog::HashKind::kSm3 ? log / "sm3" / "checkpoint" : log / "checkpoint");
}

std::unique_ptr<Store> LoggedStore::open() { return sure(open_sqlite_warehouse(folder_, clock_, {})); }

void LoggedStore::capture(std::int64_t org, int first, int count) {
  const auto store = open();
  const auto outcome = sure(
      capture_document(capture_permit(org), storage::items_document(first, count), {}, read_epcis, *store, clock_));
  if (outcome.accepted != count) throw std::runtime_error(outcome_json(outcome));
}

void LoggedStore::audit(int count) {
  const auto store = open();
  const auto audit = make_audit_store(store->records());
  for (int i = 0; i < count; ++i)
    sure(audit->append({audit_entry(at_this_machine().grant(identity::Act::kStoreMaintain), "test.act",
                                    {"store", std::to_string(i)}, "", clock_.now())}));
}

void LoggedStore::sequence(const Keys& keys, const std::string& origin) {
  const auto store = open();
  const auto records = make_log_store(store->records(), "test", false);
  const auto files = sure(make_log_folder(log()));
  Sequencer sequencer({*records, store->digests(), *files, clock_, keys.signers(), origin});
  while (sure(sequencer.round())) clock_.set(clock_.now() + std::chrono::seconds(1));
  sure(files->make_durable());
}

void LoggedStore::fill(const Keys& keys) {
  capture(2, 1, 20);
  audit(3);
  sequence(keys);
  clock_.set(clock_.now() + std::chrono::minutes(11));
  capture(3, 100, 5);
  audit(2);
  sequence(keys);  // with an anchor
  capture(2, 200, 600);
  clock_.set(clock_.now() + std::chrono::minutes(11));
  capture(3, 1000, 80);
  audit(4);
  sequence(keys);
}

void LoggedStore::change(const std::string& script) const {
  const auto connection = sure(sql::open_sqlite(folder_ / "suyuan.db", sql::Mode::kWrite));
  sure(connection->execute(script));
}

std::string LoggedStore::text(const std::string& query) const {
  const auto connection = sure(sql::open_sqlite(folder_ / "suyuan.db", sql::Mode::kRead));
  auto* statement = sure(connection->prepare(query));
  const sql::Reset reset(*statement);
  if (!sure(statement->step())) throw std::runtime_error("no row: " + query);
  return std::string(statement->bytes(0));
}

std::int64_t LoggedStore::number(const std::string& query) const { return std::stoll(text(query)); }

void LoggedStore::put_state(const LogState& state, const std::vector<LogRun>& runs, const Keys& keys) const {
  std::string script = "DELETE FROM tlog_run; DELETE FROM tlog_submitter; DELETE FROM tlog_key;";
  std::map<std::int64_t, std::uint64_t> counts;
  for (const LogRun& run : runs) {
    const std::int64_t org = run.org ? run.org->value() : 0;
    script += fmt::format("INSERT INTO tlog_run VALUES ({}, {}, {}, {}, {}, {}, {});", state.number, run.first,
                          static_cast<int>(run.stream), run.ref, run.count, org, run.number);
    if (run.org) counts[org] = std::max(counts[org], run.number + run.count - 1);
  }
  for (const auto& [org, count] : counts)
    script += fmt::format("INSERT INTO tlog_submitter VALUES ({}, {}, {});", state.number, org, count);
  for (const std::string& vkey : vkeys_of(state.origin, keys.signers()))
    script += fmt::format("INSERT INTO tlog_key VALUES ({}, '{}', {}, 0);", state.number, vkey, micros(state.opened));
  script += fmt::format("UPDATE tlog SET size = {}, note_sha256 = {}, note_sm3 = {}", state.size,
                        quoted(state.checkpoints.sha256), quoted(state.checkpoints.sm3));
  change(script);
}

void LoggedStore::rebuild(const Keys& keys, const std::function<void(std::vector<LogRun>&)>& change_runs) {
  LogState state;
  std::vector<LogRun> runs;
  tlog::Growth growth;
  {
    const auto view = sure(view_sqlite_store(folder_));
    const auto records = make_log_store(view->records(), "test", false);
    state = *sure(records->state());
    runs = sure(records->runs(state.number, 0, 1'000'000));
    if (change_runs) change_runs(runs);
    for (const LogRun& run : runs) {
      for (std::uint64_t i = 0; i < run.count; ++i) {
        const std::int64_t ref = run.ref + static_cast<std::int64_t>(i);
        if (run.stream == LogStream::kEvent)
          sure(growth.add(tlog::written(
              event_entry(state.secret, sure(view->digests().digests(ref - 1, 1)).at(0), run.number + i))));
        else if (run.stream == LogStream::kAudit)
          sure(growth.add(tlog::written(act_entry(state.secret, sure(records->audits(ref - 1, 1)).at(0)))));
        else
          sure(growth.add(sure(records->kept(state.number, run.first, run.end())).at(run.first)));
      }
    }
  }
  state.size = growth.size();
  const auto note_of = [&](tlog::HashKind tree) {
    const std::string name = origin_of(state.origin, tree);
    tlog::Note note{tlog::text_of({name, growth.size(), growth.root(tree)}), {}};
    note.signatures.push_back(*tlog::signature_of(note.text, name, tlog::NoteKeyType::kEd25519, keys.ed25519));
    note.signatures.push_back(*tlog::signature_of(note.text, name, tlog::NoteKeyType::kSm2, keys.sm2));
    return tlog::written(note);
  };
  state.checkpoints = {note_of(tlog::HashKind::kSha256), note_of(tlog::HashKind::kSm3)};
  put_state(state, runs, keys);
  const auto files = sure(make_log_folder(log()));
  sure(files->clear());
  sure(files->write(growth.take_tiles()));
  sure(files->publish(state.checkpoints));
}

Verification LoggedStore::verify(VerificationOptions options, bool documents) const {
  SystemClock clock;
  const auto view = sure(view_sqlite_store(folder_));
  const auto records = make_log_store(view->records(), "test", true);
  std::unique_ptr<LogFolder> files;
  if (fs::exists(log())) files = sure(make_log_folder(log()));
  const auto kept = make_kept_documents(view->records(), clock, folder_ / "secrets" / "master.key", false);
  return sure(
      verify_log({*records, view->digests(), files.get(), documents ? kept.get() : nullptr, read_epcis}, options));
}

std::set<std::string> LoggedStore::faults(VerificationOptions options, bool documents) const {
  std::set<std::string> codes;
  for (const LogFault& fault : verify(std::move(options), documents).faults) codes.insert(fault.code);
  return codes;
}

}  // namespace suyuan::log_test
