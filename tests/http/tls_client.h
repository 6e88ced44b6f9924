// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <memory>
#include <string>
#include <string_view>

#include "client.h"

struct ssl_ctx_st;
struct ssl_st;

namespace suyuan::test {

struct Pem {
  std::string certificate, key;
};
struct CertificateOptions {
  std::string name = "suyuan test";
  int from_days = -1, until_days = 365;  // from now on
  std::string password = {};             // locks the key
  int rsa_bits = 0;                      // 0: ECDSA P-256
  std::string hosts = "IP:127.0.0.1,DNS:localhost";
  const Pem* authority = nullptr;  // nullptr: signed by itself
  bool is_authority = false;
};
Pem make_certificate(const CertificateOptions& options = {});

struct TlsOptions {
  std::string trusted = {};  // PEM; the server must show it. "": whatever it shows
  int most_version = 0;      // TLS1_2_VERSION …; 0: any
  std::string ciphers = {};  // of TLS 1.2
  std::string protocols = "http/1.1";
};

class TlsClient : public Client {
 public:
  explicit TlsClient(int port, const TlsOptions& options = {});
  ~TlsClient() override;

  bool is_connected() const { return connected_; }
  std::string version() const;    // "TLSv1.3"
  std::string protocol() const;   // that ALPN chose
  std::string peer_name() const;  // CN of the certificate that was shown
  bool was_closed_properly() const;

 protected:
  long take(char* bytes, std::size_t size) override;
  long give(const char* bytes, std::size_t size) override;

 private:
  std::shared_ptr<ssl_ctx_st> context_;
  std::shared_ptr<ssl_st> ssl_;
  bool connected_ = false;
};

}  // namespace suyuan::test
