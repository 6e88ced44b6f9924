// SPDX-License-Identifier: Apache-2.0
#include "adapters/oidc/fetch.h"

#include <gtest/gtest.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <unistd.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/asio/write.hpp>
#include <filesystem>
#include <fstream>
#include <thread>

// Over real sockets, against a server with a certificate made for the test.
namespace suyuan::oidc {
namespace {

namespace asio = boost::asio;
namespace ssl = boost::asio::ssl;
using asio::ip::tcp;
using boost::system::error_code;

std::string read_all(BIO* bio) {
  char* bytes = nullptr;
  const long size = BIO_get_mem_data(bio, &bytes);
  return {bytes, static_cast<std::size_t>(size)};
}

struct Certificate {
  std::string certificate, key;

  static Certificate of(const char* names) {
    EVP_PKEY* key = EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", "P-256");
    X509* made = X509_new();
    X509_set_version(made, 2);
    ASN1_INTEGER_set(X509_get_serialNumber(made), 1);
    X509_gmtime_adj(X509_getm_notBefore(made), -3600);
    X509_gmtime_adj(X509_getm_notAfter(made), 3600);
    X509_set_pubkey(made, key);
    const auto* name = reinterpret_cast<const unsigned char*>("provider");
    X509_NAME_add_entry_by_txt(X509_get_subject_name(made), "CN", MBSTRING_ASC, name, -1, -1, 0);
    X509_set_issuer_name(made, X509_get_subject_name(made));
    X509_EXTENSION* names_extension = X509V3_EXT_conf_nid(nullptr, nullptr, NID_subject_alt_name, names);
    X509_add_ext(made, names_extension, -1);
    X509_sign(made, key, EVP_sha256());
    BIO* out = BIO_new(BIO_s_mem());
    PEM_write_bio_X509(out, made);
    Certificate pair{read_all(out), ""};
    BIO_free(out);
    out = BIO_new(BIO_s_mem());
    PEM_write_bio_PrivateKey(out, key, nullptr, nullptr, 0, nullptr, nullptr);
    pair.key = read_all(out);
    BIO_free(out);
    X509_EXTENSION_free(names_extension);
    X509_free(made);
    EVP_PKEY_free(key);
    return pair;
  }
};

// Answers every request with the same bytes until it is destroyed. Without a certificate it speaks plain HTTP.
class Server {
 public:
  explicit Server(std::string answer, const Certificate* certificate = nullptr) : answer_(std::move(answer)) {
    if (certificate != nullptr) {
      tls_.use_certificate_chain(asio::buffer(certificate->certificate));
      tls_.use_private_key(asio::buffer(certificate->key), ssl::context::pem);
    }
    is_tls_ = certificate != nullptr;
    thread_ = std::thread([this] { serve(); });
  }
  ~Server() {
    stopping_ = true;
    asio::io_context io;
    tcp::socket last(io);
    error_code ignored;
    last.connect(acceptor_.local_endpoint(), ignored);
    thread_.join();
  }
  std::string url(const std::string& host) const {
    return std::string(is_tls_ ? "https://" : "http://") + host + ":" +
           std::to_string(acceptor_.local_endpoint().port()) + "/x";
  }
  const std::string& asked() const { return asked_; }

 private:
  void serve() {
    while (!stopping_) {
      error_code failed;
      tcp::socket socket(io_);
      acceptor_.accept(socket, failed);
      if (failed || stopping_) continue;
      if (!is_tls_) {
        talk(socket);
        continue;
      }
      ssl::stream<tcp::socket> stream(std::move(socket), tls_);
      stream.handshake(ssl::stream_base::server, failed);
      if (!failed) talk(stream);
    }
  }
  template <class Stream>
  void talk(Stream& stream) {
    error_code failed;
    std::string request;
    asio::read_until(stream, asio::dynamic_buffer(request), "\r\n\r\n", failed);
    asked_ = request;
    asio::write(stream, asio::buffer(answer_), failed);
  }

  const std::string answer_;
  asio::io_context io_;
  tcp::acceptor acceptor_{io_, tcp::endpoint(asio::ip::address_v4::loopback(), 0)};
  ssl::context tls_{ssl::context::tls_server};
  bool is_tls_ = false;
  std::atomic<bool> stopping_ = false;
  std::string asked_;
  std::thread thread_;
};

std::string answer(int status, const std::string& body) {
  return "HTTP/1.1 " + std::to_string(status) +
         " X\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

class FetchTest : public testing::Test {
 protected:
  ~FetchTest() override { std::filesystem::remove(file_); }
  std::string saved(const Certificate& certificate) const {
    std::ofstream(file_) << certificate.certificate;
    return file_.string();
  }
  static std::string got(const Fetch& fetch, const std::string& url) {
    const auto reply = fetch({url, "", std::nullopt});
    return reply ? std::to_string(reply->status) + reply->body : reply.error().code + ": " + reply.error().text;
  }

  const std::filesystem::path file_ =
      std::filesystem::temp_directory_path() / ("suyuan-oidc-ca-" + std::to_string(getpid()));
};

// shows: R1
TEST_F(FetchTest, a_certificate_counts_when_the_named_file_vouches_for_it_and_it_names_the_host) {
  const Certificate local = Certificate::of("DNS:localhost"), other = Certificate::of("DNS:id.example.cn");
  const Server server(answer(200, "yes"), &local), wrong_name(answer(200, "yes"), &other);
  const auto trusting = make_fetch(saved(local));
  ASSERT_TRUE(trusting.ok());
  EXPECT_EQ(got(*trusting, server.url("localhost")), "200yes");
  EXPECT_NE(got(*trusting, server.url("127.0.0.1")).find("TLS failed"), std::string::npos) << "it names localhost only";
  EXPECT_NE(got(*make_fetch(saved(other)), wrong_name.url("localhost")).find("TLS failed"), std::string::npos);
  EXPECT_NE(got(*make_fetch(saved(other)), server.url("localhost")).find("TLS failed"), std::string::npos);
  EXPECT_NE(got(*make_fetch(""), server.url("localhost")).find("TLS failed"), std::string::npos)
      << "the system does not know it";
}

TEST_F(FetchTest, a_form_is_posted_with_the_authorization) {
  const auto fetch = make_fetch("");
  const Server server(answer(200, "{}"));
  ASSERT_TRUE((*fetch)({server.url("127.0.0.1"), "Basic eDp5", "a=b"}).ok());
  EXPECT_TRUE(server.asked().starts_with("POST /x HTTP/1.1\r\n")) << server.asked();
  EXPECT_NE(server.asked().find("Authorization: Basic eDp5\r\n"), std::string::npos);
  EXPECT_NE(server.asked().find("Content-Type: application/x-www-form-urlencoded\r\n"), std::string::npos);
}

TEST_F(FetchTest, hostile_answers_end_the_request) {
  const auto fetch = make_fetch("");
  const Server moved(answer(302, "")), large(answer(200, std::string(kReplyMost + 1, 'a'))),
      endless("HTTP/1.1 200 OK\r\nX: " + std::string(64 * 1024, 'a')), noise("SSH-2.0-x\r\n"), nothing("");
  EXPECT_EQ(got(*fetch, moved.url("127.0.0.1")), "302") << "not followed";
  EXPECT_NE(got(*fetch, large.url("127.0.0.1")).find("too large"), std::string::npos);
  for (const Server* server : {&endless, &noise, &nothing})
    EXPECT_TRUE(got(*fetch, server->url("127.0.0.1")).starts_with("oidc.unreachable"));
  EXPECT_TRUE(got(*fetch, "http://192.0.2.1/").starts_with("oidc.unreachable"));
  EXPECT_NE(got(*fetch, "http://192.0.2.1/").find("use https"), std::string::npos);
  EXPECT_NE(got(*fetch, "http://127.0.0.1:1/").find("no connection"), std::string::npos);
}

}  // namespace
}  // namespace suyuan::oidc
