// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json.hpp>

#include "office.h"

// Evidence over HTTP, as people of several organisations and hostile clients meet it.
namespace suyuan::access {
namespace {

namespace json = boost::json;
using testing::HasSubstr;
using testing::Not;

using namespace std::string_literals;
const std::string kPhoto = "\xFF\xD8\xFF\xE0\0 a photograph of a swollen battery \r\n\0\xFF"s;
constexpr const char* kAbout = "about=https:%2F%2Fid.gs1.org%2F01%2F06901234567892%2F21%2F7";
const std::string kAdd = std::string("/api/v1/evidence?name=%E7%85%A7%E7%89%87.jpg&note=%E6%AD%A3%E9%9D%A2&") + kAbout;

class EvidenceOverHttp : public testing::Test {
 protected:
  EvidenceOverHttp() { office_.tell_the_chain(); }
  Answer add(const std::string& who, const std::string& target = kAdd, const std::string& bytes = kPhoto,
             const std::string& type = "image/jpeg") {
    return office_.ask({who, "POST", target, bytes, "", type});
  }
  static json::object body_of(const Answer& answer) { return json::parse(answer.body).as_object(); }
  static std::string id_of(const Answer& answer) { return std::string(body_of(answer).at("id").as_string()); }
  std::size_t seen_by(const std::string& who) {
    return body_of(office_.get(who, std::string("/api/v1/evidence?") + kAbout)).at("evidence").as_array().size();
  }
  Office office_;
};

// shows: E7
TEST_F(EvidenceOverHttp, a_sampler_hands_in_a_photograph_and_those_whom_it_concerns_see_it) {
  const Answer made = add("sampler@centre");
  ASSERT_EQ(made.status, 201) << made.body;
  const std::string id = id_of(made), path = "/api/v1/evidence/" + id;
  EXPECT_EQ(made.header("Location"), path);
  EXPECT_EQ(body_of(made).at("name"), "照片.jpg");
  EXPECT_EQ(body_of(made).at("sha256").as_string().size(), 64U);
  EXPECT_EQ(body_of(made).at("sm3").as_string().size(), 64U);
  const Answer again = add("sampler@centre");
  EXPECT_EQ(again.status, 200) << "an answer was lost, and it is sent again";
  EXPECT_EQ(id_of(again), id);
  const Answer file = office_.get("officer@city", path + "/file");
  EXPECT_EQ(file.status, 200) << "the city that the centre works for";
  EXPECT_EQ(file.body, kPhoto);
  EXPECT_EQ(file.header("Content-Type"), "image/jpeg");
  EXPECT_EQ(file.header("Content-Disposition"), "attachment; filename*=UTF-8''%E7%85%A7%E7%89%87.jpg");
  EXPECT_EQ(file.header("X-Content-Type-Options"), "nosniff");
  EXPECT_THAT(file.header("Cache-Control"), HasSubstr("no-store"));
  EXPECT_THAT(office_.get("auditor@city", "/api/v1/audit?act=evidence.read").body, HasSubstr(id));
  EXPECT_EQ(seen_by("officer@city"), 1U);
  for (const char* other : {"producer@P", "officer@far", "seller@Q", "sampler@far-centre"}) {
    EXPECT_EQ(seen_by(other), 0U) << other;
    EXPECT_EQ(office_.get(other, path).status, 404) << other;
    EXPECT_EQ(code_of(office_.get(other, path + "/file")), "evidence.unknown") << other;
  }
  EXPECT_EQ(office_.get("public", path).status, 401);
}

TEST_F(EvidenceOverHttp, is_withdrawn_by_whose_it_is) {
  const std::string id = id_of(add("producer@P")), path = "/api/v1/evidence/" + id + "/withdraw";
  EXPECT_EQ(code_of(office_.post("officer@county-a", path, R"({"why":"not mine"})")), "evidence.unknown");
  EXPECT_EQ(code_of(office_.post("producer@P", path, R"({"reason":"x"})")), "evidence.body");
  EXPECT_EQ(code_of(office_.post("producer@P", path, R"({"why":" "})")), "evidence.reason");
  EXPECT_THAT(office_.post("producer@P", path, R"({"why":"taken of another one"})").body,
              HasSubstr("taken of another one"));
  EXPECT_EQ(code_of(office_.post("producer@P", path, R"({"why":"again"})")), "evidence.withdrawn");
}

TEST_F(EvidenceOverHttp, what_is_wrong_is_named_and_leaves_nothing) {
  const std::string about = std::string("/api/v1/evidence?name=a.jpg&") + kAbout;
  EXPECT_EQ(code_of(add("producer@P", "/api/v1/evidence?name=a.jpg")), "evidence.about");
  EXPECT_EQ(code_of(add("producer@P", std::string("/api/v1/evidence?") + kAbout)), "evidence.name");
  EXPECT_EQ(code_of(add("producer@P", "/api/v1/evidence?name=..%2Fa.jpg&" + std::string(kAbout))), "evidence.name");
  EXPECT_EQ(code_of(add("producer@P", "/api/v1/evidence?name=a.jpg&about=06901234567891")), "code.unreadable");
  EXPECT_EQ(add("producer@P", about + "&nmae=x").status, 400) << "an unknown parameter";
  EXPECT_EQ(add("producer@P", about, "").status, 415) << "no bytes and no kind";
  EXPECT_EQ(code_of(add("producer@P", about, kPhoto, "image/png")), "evidence.type");
  EXPECT_EQ(add("producer@P", about, kPhoto, "text/html").status, 415);
  EXPECT_EQ(code_of(add("producer@P", about, "<script>\x01</script>", "text/plain")), "evidence.type");
  EXPECT_EQ(code_of(add("producer@P", about, kPhoto + std::string(16U << 20U, 'x'))), "evidence.too_large");
  EXPECT_EQ(add("public", about).status, 401);
  EXPECT_EQ(add("auditor@P", about).status, 403);
  EXPECT_EQ(seen_by("producer@P"), 0U);
}

// shows: T10
TEST_F(EvidenceOverHttp, is_erased_by_two_persons) {
  const std::string id = id_of(add("producer@P")), path = "/api/v1/evidence/" + id;
  const Answer asked = office_.post("producer@P", "/api/v1/erasures",
                                    R"({"evidence":")" + id + R"(","why":"the person on it asked for it"})");
  ASSERT_EQ(asked.status, 201) << asked.body;
  EXPECT_EQ(office_
                .post("producer@P", "/api/v1/erasures",
                      R"({"evidence":")" + id + R"(","event":"urn:event:e1","why":"both of them at once"})")
                .status,
            400);
  const Answer approved = office_.post("secadmin@P", "/api/v1/erasures/" + id_of(asked) + "/approve", "");
  ASSERT_EQ(approved.status, 200) << approved.body;
  EXPECT_EQ(code_of(office_.get("producer@P", path + "/file")), "evidence.erased");
  const Answer left = office_.get("producer@P", path);
  EXPECT_EQ(body_of(left).at("erased"), true);
  EXPECT_THAT(left.body, Not(HasSubstr("照片")));
}

}  // namespace
}  // namespace suyuan::access
