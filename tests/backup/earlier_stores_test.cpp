// SPDX-License-Identifier: Apache-2.0
// Stores that earlier programs wrote (tests/fixtures/stores) open, are brought up to date, and hold everything.
#include <boost/json.hpp>
#include <map>
#include <set>

#include "../cli/run_binary.h"
#include "../personal/sealed_store.h"
#include "adapters/warehouse/migrations.h"

namespace suyuan::personal_test {
namespace {

namespace fs = std::filesystem;
namespace json = boost::json;

const fs::path kStores = fs::path(SUYUAN_SOURCE_DIR) / "tests" / "fixtures" / "stores";
constexpr const char* kTestKey = "TEST-KEY-not-a-secret.key";
constexpr const char* kName = "张三丰";
constexpr const char* kMobile = "13812345678";
const std::string kPhoto = "\xFF\xD8\xFF\xE0 a photograph of a swollen battery";

std::string contents(const fs::path& file) {
  std::ifstream stream(file, std::ios::binary);
  EXPECT_TRUE(stream.good()) << file;
  return {std::istreambuf_iterator<char>(stream), {}};
}

std::int64_t step() { return static_cast<std::int64_t>(migrations().size()); }

std::vector<std::string> earlier() {
  std::vector<std::string> all;
  for (const auto& each : fs::directory_iterator(kStores))
    if (each.is_directory()) all.push_back(each.path().filename().string());
  std::sort(all.begin(), all.end());
  return all;
}

class EarlierStores : public SealedStoreTest {
 protected:
  std::string data(const fs::path& folder) const { return " --data '" + folder.string() + "'"; }
  std::string done(const std::string& words, const fs::path& folder) const {
    const Ran ran = run(words + data(folder), "SUYUAN_SECRETS_KEY_FILE='" + key_.string() + "'");
    EXPECT_EQ(ran.exit, 0) << words << ": " << ran.out;
    return ran.out;
  }
  // The backup of that step as `suyuan restore` takes it.
  void unpack(const fs::path& from, const fs::path& to) {
    fs::copy(from, to, fs::copy_options::recursive);
    const auto bytes = suyuan::decompress(contents(from / "suyuan.db.zst"));
    ASSERT_TRUE(bytes) << from;
    std::ofstream(to / "suyuan.db", std::ios::binary) << *bytes;
    key_ = to / kTestKey;
    fs::permissions(key_, fs::perms::owner_read | fs::perms::owner_write);
  }
  void write(const fs::path& to);
  void expect_all(const fs::path& folder, const fs::path& fixture);

  Folder out_;
  fs::path key_;
};

void EarlierStores::write(const fs::path& to) {
  fs::create_directories(folder_.path() / "secrets");
  key_ = folder_.path() / "secrets" / "master.key";
  close();
  std::ofstream(key_) << [] {
    std::string text;
    while (text.size() < 64) text += "7e57";
    return text;
  }() << "\n";
  fs::permissions(key_, fs::perms::owner_read | fs::perms::owner_write);
  open();
  json::object facts{{"json_job", capture(json_document()).job}, {"xml_job", capture(xml_document()).job}};
  const auto asked = *request_erasure(at_this_machine(), {.event_id = kXmlEvent}, "the consumer asked", services());
  ASSERT_TRUE(approve_erasure(approver(2), asked.id, services()).ok());
  facts["xml_left"] = *store_->personal().sent_document(std::string(facts["xml_job"].as_string()));
  close();
  const auto here = [&](const std::string& words) { return done(words, folder_.path()); };
  here("org add --name 某厂 --kind producer --division 440305");
  here(std::string("user add --login zhang --org 2 --name ") + kName + " --mobile " + kMobile);
  here("user grant zhang producer");
  here("user key --org 2 --role producer");
  here("mark 06901234567892 --reason 过热");
  std::ofstream(out_.path() / "照片.jpg", std::ios::binary) << kPhoto;
  facts["evidence"] = json::parse(here("evidence add --json --about 06901234567892 --note 正面 '" +
                                       (out_.path() / "照片.jpg").string() + "'"))
                          .at("id");
  ASSERT_TRUE(check_sqlite_lookups(folder_.path(), true).ok());
  facts["audit"] = json::parse(here("audit --json")).at("entries");
  here("backup --to '" + to.string() + "'");
  std::ofstream(to / "suyuan.db.zst", std::ios::binary) << compress(contents(to / "suyuan.db"));
  fs::remove(to / "suyuan.db");
  fs::copy_file(key_, to / kTestKey);
  std::ofstream(to / "sent.json", std::ios::binary) << json_document();
  std::ofstream(to / "facts.json") << json::serialize(facts) << "\n";
}

void EarlierStores::expect_all(const fs::path& folder, const fs::path& fixture) {
  const json::object facts = json::parse(contents(fixture / "facts.json")).as_object();
  const json::object backup = json::parse(contents(fixture / "backup.json")).as_object();
  {
    auto store = sure(open_sqlite_warehouse(folder, clock_, {.key_file = key_}));
    const auto counts = sure(store->counts());
    EXPECT_EQ(counts.events, backup.at("events").to_number<std::int64_t>());
    const auto document = [&](const char* job) {
      return sure(store->personal().sent_document(std::string(facts.at(job).as_string())));
    };
    EXPECT_EQ(document("json_job"), contents(fixture / "sent.json")) << "byte for byte, what is sealed opened";
    EXPECT_EQ(document("xml_job"), facts.at("xml_left").as_string()) << "what was erased stays erased";
    EXPECT_THAT(document("xml_job"), HasSubstr(std::string(kErased)));
    for (const std::string& id : {kEvent, kXmlEvent}) {
      const auto event = sure(store->find_event(id, false));
      ASSERT_TRUE(event) << id;
      EXPECT_TRUE(tree_(*event, sure(store->original(event->seq))).ok()) << id;
    }
    const auto accounts = make_account_store(store->records(), store->names());
    const auto zhang = sure(accounts->account_of("zhang"));
    ASSERT_TRUE(zhang);
    EXPECT_EQ(zhang->name, kName);
    EXPECT_EQ(zhang->mobile, kMobile);
    EXPECT_EQ(sure(accounts->organisation(OrgId(2)))->name, "某厂");
  }
  if (facts.contains("evidence")) {  // from step 14 on
    const fs::path photo = folder.string() + ".jpg";
    EXPECT_THAT(
        done("evidence get " + std::string(facts.at("evidence").as_string()) + " --out '" + photo.string() + "'",
             folder),
        HasSubstr("照片.jpg"));
    EXPECT_EQ(contents(photo), kPhoto);
  }
  EXPECT_THAT(done("marks --json", folder), HasSubstr("过热"));
  EXPECT_THAT(done("lookups", folder), Not(HasSubstr("different")));
  const auto later = json::parse(done("audit --json --limit 1000", folder)).at("entries").as_array();
  std::map<std::int64_t, std::string> acts;
  for (const auto& each : later)
    acts[each.at("number").as_int64()] = json::serialize(json::array{each.at("at"), each.at("act"), each.at("target")});
  for (const auto& each : facts.at("audit").as_array())
    EXPECT_EQ(acts[each.at("number").as_int64()],
              json::serialize(json::array{each.at("at"), each.at("act"), each.at("target")}));
  EXPECT_GE(facts.at("audit").as_array().size(), 5U);
}

// shows: T10
TEST_P(EarlierStores, are_opened_brought_up_to_date_and_hold_everything) {
  const fs::path own = kStores / std::to_string(step());
  if (std::getenv("SUYUAN_TEST_WRITE") != nullptr && !fs::exists(own)) write(own);
  ASSERT_TRUE(fs::exists(own)) << "a new schema step has a store of its own: tests/fixtures/stores/README.md";
  for (const std::string& name : earlier()) {
    SCOPED_TRACE("schema step " + name);
    unpack(kStores / name, out_.path() / name);
    const fs::path as_left = out_.path() / ("data-" + name), restored = out_.path() / ("restored-" + name);
    fs::create_directories(as_left);
    fs::copy_file(out_.path() / name / "suyuan.db", as_left / "suyuan.db");
    if (fs::exists(out_.path() / name / "evidence"))
      fs::copy(out_.path() / name / "evidence", as_left / "evidence", fs::copy_options::recursive);
    expect_all(as_left, kStores / name);
    done("restore --no-erasures --from '" + (out_.path() / name).string() + "'", restored);
    expect_all(restored, kStores / name);
  }
  EXPECT_GE(earlier().size(), 1U);
}

INSTANTIATE_TEST_SUITE_P(Engines, EarlierStores, testing::Values(Kind{"sqlite", false}),
                         [](const auto& test) { return test.param.name; });

}  // namespace
}  // namespace suyuan::personal_test
