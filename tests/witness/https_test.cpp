// SPDX-License-Identifier: Apache-2.0
// A witness that speaks TLS itself, with a certificate of an authority that the log was told to trust, and with others.
#include <sys/stat.h>

#include "../http/tls_client.h"
#include "adapters/webhook/witness_http.h"
#include "agencies.h"

namespace suyuan::test {
namespace {

using testing::HasSubstr;

class SecureAgencies : public Agencies {
 protected:
  SecureAgencies() { put("authority.pem", authority_.certificate); }

  std::filesystem::path put(const std::string& name, const std::string& text) {
    const auto file = place_.path() / name;
    std::ofstream(file, std::ios::binary | std::ios::trunc) << text;
    ::chmod(file.c_str(), 0600);
    return file;
  }
  std::string trusted() const { return (place_.path() / "authority.pem").string(); }
  WitnessProcess& secure_witness(const Pem& pem, int port = 0) {
    return witness(1, port,
                   {"tls.certificate=" + put("witness.pem", pem.certificate).string(),
                    "tls.key=" + put("witness.key", pem.key).string()});
  }
  void start_with_witness() {
    start_with_policy(policy_line(1) + "quorum W1\n", "first", {"tlog.witness_ca_file=" + trusted()});
  }
  // What a client that trusts `file` gets of the witness for nonsense: the status, or the error.
  std::string answer_to(const std::string& file) {
    const auto http = make_witness_http(file);
    if (!http) return http.error().code;
    const auto reply = (*http)(witnesses_.at(1)->url() + "add-checkpoint", "nonsense", std::chrono::seconds(10));
    return reply ? std::to_string(reply->status) : reply.error().code + " " + reply.error().text;
  }

  const Pem authority_ = make_certificate({.name = "authority", .is_authority = true});
  const Pem other_authority_ = make_certificate({.name = "another authority", .is_authority = true});
};

// shows: T9, T10
TEST_F(SecureAgencies, a_witness_over_https_cosigns_while_its_certificate_holds) {
  const Pem good = make_certificate({.name = "witness", .authority = &authority_});
  const int port = secure_witness(good).port();
  ASSERT_THAT(witnesses_[1]->url(), testing::StartsWith("https://"));
  start_with_witness();
  receipt(capture(1), tlog::HashKind::kSm3);
  ASSERT_TRUE(wait_until([&] { return cosigned().size() == 1 && cosigned(tlog::HashKind::kSm3).size() == 1; }));
  EXPECT_EQ(stopped_by(), "");

  const std::string before = published();
  secure_witness(make_certificate({.name = "witness", .authority = &other_authority_}), port);
  capture(2);
  ASSERT_TRUE(wait_until([&] { return stopped_by() == "log.no_quorum"; }));
  EXPECT_EQ(published(), before);
  secure_witness(good, port);
  EXPECT_TRUE(wait_until([&] { return size_of(published()) > size_of(before); }));
  EXPECT_EQ(cosigned().size(), 1U);
}

// shows: T10
TEST_F(SecureAgencies, a_certificate_of_another_host_or_of_an_authority_that_nobody_named_is_refused) {
  secure_witness(make_certificate({.name = "witness", .authority = &authority_}));
  EXPECT_EQ(answer_to(trusted()), "400") << "it was heard, and is no request";
  const std::string refused = "webhook.unreachable";
  EXPECT_THAT(answer_to(""), HasSubstr(refused)) << "the authorities of the system do not know it";
  const std::string other = put("other.pem", other_authority_.certificate).string();
  EXPECT_THAT(answer_to(other), HasSubstr(refused));
  EXPECT_EQ(answer_to(put("none.pem", "no certificate").string()), "log.witness_ca");
  for (const char* hosts : {"DNS:witness.example.cn", "IP:127.0.0.2", "DNS:localhost"}) {
    secure_witness(make_certificate({.name = "127.0.0.1", .hosts = hosts, .authority = &authority_}));
    EXPECT_THAT(answer_to(trusted()), HasSubstr(refused)) << hosts;
  }
  secure_witness(make_certificate({.name = "witness", .from_days = -9, .until_days = -1, .authority = &authority_}));
  EXPECT_THAT(answer_to(trusted()), HasSubstr(refused)) << "it has expired";
}

}  // namespace
}  // namespace suyuan::test
