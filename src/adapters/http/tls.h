// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <memory>
#include <mutex>
#include <string>

#include "app/operation/log.h"
#include "base/result.h"
#include "base/time.h"

struct ssl_ctx_st;  // of OpenSSL

namespace suyuan::http {

// What the server shows to clients that want an encrypted connection: TLS 1.2 and 1.3, HTTP/1.1 by ALPN, forward
// secrecy only. Threads: any.
class Tls {
 public:
  struct Files {
    std::string certificate;  // PEM: the server's certificate, then those that lead to its root
    std::string key;          // PEM, not encrypted
  };
  // Errors, each naming the file: kInvalid "tls.file", "tls.certificate", "tls.key", "tls.mismatch".
  // Logs what works but should not stay so: a certificate out of its time, a key that others can read.
  static Result<std::unique_ptr<Tls>> open(Files files, Clock& clock, Log& log);

  // For the next connection. Those that are open keep theirs.
  std::shared_ptr<ssl_ctx_st> context() const;
  // Reads the files again: always, or only when they are not as they were when last looked at. Files that cannot be
  // used change nothing and are logged.
  enum class When { kAlways, kChanged };
  void reload(When when);
  Instant not_after() const;  // of the certificate that is shown

 private:
  struct Loaded {
    std::shared_ptr<ssl_ctx_st> context;
    Instant not_before, not_after;
    std::string subject, fingerprint;
    bool is_key_open = false;  // to everybody on this machine
  };
  Tls(Files files, Clock& clock, Log& log) : files_(std::move(files)), clock_(clock), log_(log) {}
  static Result<Loaded> load(const Files& files);
  void take(Loaded loaded);

  const Files files_;
  Clock& clock_;
  Log& log_;
  std::mutex reloading_;  // before mutex_
  std::string stamp_;     // of the files when they were last looked at
  mutable std::mutex mutex_;
  Loaded loaded_;
};

}  // namespace suyuan::http
