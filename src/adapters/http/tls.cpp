// SPDX-License-Identifier: Apache-2.0
#include "adapters/http/tls.h"

#include <fmt/format.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <sys/stat.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <ctime>
#include <fstream>
#include <optional>
#include <sstream>
#include <system_error>
#include <vector>

#include "base/check.h"
#include "base/text.h"

namespace suyuan::http {

namespace {

using Bio = std::unique_ptr<BIO, decltype(&BIO_free)>;
using Certificate = std::unique_ptr<X509, decltype(&X509_free)>;
using Key = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;

constexpr std::size_t kFileBytesMax = 1024 * 1024;
constexpr std::chrono::days kSoon{14};
constexpr const char* kCiphers = "ECDHE+AESGCM:ECDHE+CHACHA20";  // of TLS 1.2; those of 1.3 are all sound

std::string reason() {
  const char* text = ERR_reason_error_string(ERR_peek_last_error());
  ERR_clear_error();
  return text == nullptr ? "no reason given" : text;
}

// What tells one content of the files from another without reading them.
std::string stamp_of(const Tls::Files& files) {
  std::string stamp;
  for (const std::string* file : {&files.certificate, &files.key}) {
    struct stat seen {};
    if (stat(file->c_str(), &seen) != 0) {
      stamp += fmt::format("error {};", errno);
      continue;
    }
    stamp += fmt::format("{} {} {} {}.{} {}.{};", seen.st_dev, seen.st_ino, seen.st_size, seen.st_mtim.tv_sec,
                         seen.st_mtim.tv_nsec, seen.st_ctim.tv_sec, seen.st_ctim.tv_nsec);
  }
  return stamp;
}

Result<std::string> contents(std::string_view setting, const std::string& file) {
  const auto wrong = [&](std::string_view what) {
    return Error{ErrorKind::kInvalid, "tls.file",
                 fmt::format("{} = {} cannot be read: {}. Name a PEM file that the user of the server may read.",
                             setting, excerpt(file, 300), what)};
  };
  errno = 0;
  std::ifstream stream(file, std::ios::binary);
  std::string bytes(kFileBytesMax + 1, '\0');
  if (stream) stream.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  if (!stream.is_open() || stream.bad() || (stream.fail() && !stream.eof()))
    return wrong(errno == 0 ? "it is no file" : std::generic_category().message(errno));
  bytes.resize(static_cast<std::size_t>(stream.gcount()));
  if (bytes.size() > kFileBytesMax) return wrong("it has more than 1 MiB");
  return bytes;
}

Bio bio_of(const std::string& bytes) {
  return {BIO_new_mem_buf(bytes.data(), static_cast<int>(bytes.size())), &BIO_free};
}

std::string text_of(const X509_NAME* name) {
  const Bio out(BIO_new(BIO_s_mem()), &BIO_free);
  X509_NAME_print_ex(out.get(), name, 0, XN_FLAG_RFC2253 & ~static_cast<unsigned long>(ASN1_STRFLGS_ESC_MSB));
  char* data = nullptr;
  const long size = BIO_get_mem_data(out.get(), &data);
  return excerpt(std::string_view(data, static_cast<std::size_t>(size)), 200);
}

Instant instant_of(const ASN1_TIME* time) {
  int days = 0, seconds = 0;
  const std::unique_ptr<ASN1_TIME, decltype(&ASN1_TIME_free)> epoch(ASN1_TIME_set(nullptr, 0), &ASN1_TIME_free);
  if (ASN1_TIME_diff(&days, &seconds, epoch.get(), time) != 1) return kInstantMax;
  return Instant(std::chrono::days(days) + std::chrono::seconds(seconds));
}

Result<std::vector<Certificate>> certificates_in(const std::string& file) {
  const auto bytes = contents("tls.certificate", file);
  if (!bytes) return bytes.error();
  const Bio in = bio_of(*bytes);
  std::vector<Certificate> chain;
  for (;;) {
    Certificate next(PEM_read_bio_X509(in.get(), nullptr, nullptr, nullptr), &X509_free);
    if (next == nullptr) break;
    chain.push_back(std::move(next));
  }
  const auto last = ERR_peek_last_error();
  const bool at_end = ERR_GET_LIB(last) == ERR_LIB_PEM && ERR_GET_REASON(last) == PEM_R_NO_START_LINE;
  if (at_end && !chain.empty()) {
    ERR_clear_error();
    return chain;
  }
  const std::string seen = at_end
                               ? std::string("holds no \"-----BEGIN CERTIFICATE-----\"")
                               : fmt::format("is broken at its certificate number {} ({})", chain.size() + 1, reason());
  ERR_clear_error();
  return Error{ErrorKind::kInvalid, "tls.certificate",
               fmt::format("tls.certificate = {} {}. Expected is a PEM file: the certificate of this server, then "
                           "those that lead to its root.",
                           excerpt(file, 300), seen)};
}

Result<Key> key_in(const std::string& file) {
  auto bytes = contents("tls.key", file);
  if (!bytes) return std::move(bytes.error());
  const auto no_password = [](char*, int, int, void*) { return -1; };  // else OpenSSL asks at the terminal
  Key key(PEM_read_bio_PrivateKey(bio_of(*bytes).get(), nullptr, no_password, nullptr), &EVP_PKEY_free);
  const bool is_locked = bytes->find("ENCRYPTED") != std::string::npos;
  OPENSSL_cleanse(bytes->data(), bytes->size());
  if (key != nullptr) return key;
  const std::string why = reason();
  return Error{
      ErrorKind::kInvalid, "tls.key",
      fmt::format("tls.key = {} {}. Expected is a PEM file with a private key that is not encrypted{}.",
                  excerpt(file, 300),
                  is_locked ? std::string("is locked with a password") : fmt::format("holds no private key ({})", why),
                  is_locked ? "; `openssl pkey -in FILE -out NEW` takes the password off" : "")};
}

// RFC 7301: HTTP/1.1 or, when the client names protocols and this is not among them, an alert.
int choose_protocol(SSL*, const unsigned char** out, unsigned char* size, const unsigned char* offered, unsigned length,
                    void*) {
  static constexpr std::array<unsigned char, 9> kHttp = {8, 'h', 't', 't', 'p', '/', '1', '.', '1'};
  unsigned char* chosen = nullptr;
  if (SSL_select_next_proto(&chosen, size, kHttp.data(), kHttp.size(), offered, length) != OPENSSL_NPN_NEGOTIATED)
    return SSL_TLSEXT_ERR_ALERT_FATAL;
  *out = chosen;
  return SSL_TLSEXT_ERR_OK;
}

std::shared_ptr<SSL_CTX> new_context() {
  std::shared_ptr<SSL_CTX> context(SSL_CTX_new(TLS_server_method()), &SSL_CTX_free);
  CHECK(context != nullptr);
  SSL_CTX_set_min_proto_version(context.get(), TLS1_2_VERSION);
  CHECK(SSL_CTX_set_cipher_list(context.get(), kCiphers) == 1);
  SSL_CTX_set_options(context.get(), SSL_OP_CIPHER_SERVER_PREFERENCE | SSL_OP_PRIORITIZE_CHACHA |
                                         SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION);
  SSL_CTX_set_mode(context.get(), SSL_MODE_RELEASE_BUFFERS);
  SSL_CTX_set_session_cache_mode(context.get(), SSL_SESS_CACHE_OFF);  // tickets do it, under a key of this context
  SSL_CTX_set_alpn_select_cb(context.get(), choose_protocol, nullptr);
  return context;
}

}  // namespace

Result<Tls::Loaded> Tls::load(const Files& files) {
  ERR_clear_error();
  auto chain = certificates_in(files.certificate);
  if (!chain) return std::move(chain.error());
  auto key = key_in(files.key);
  if (!key) return std::move(key.error());
  X509* own = chain->front().get();
  Loaded loaded;
  loaded.context = new_context();
  bool is_taken = SSL_CTX_use_certificate(loaded.context.get(), own) == 1;
  for (std::size_t i = 1; is_taken && i < chain->size(); ++i)
    is_taken = SSL_CTX_add1_chain_cert(loaded.context.get(), (*chain)[i].get()) == 1;
  if (!is_taken) {
    return Error{ErrorKind::kInvalid, "tls.certificate",
                 fmt::format("tls.certificate = {} is refused by OpenSSL ({}). Have one made with RSA of 2048 bits or "
                             "more, or ECDSA P-256, and SHA-256.",
                             excerpt(files.certificate, 300), reason())};
  }
  if (X509_check_private_key(own, key->get()) != 1 || SSL_CTX_use_PrivateKey(loaded.context.get(), key->get()) != 1) {
    return Error{
        ErrorKind::kInvalid, "tls.mismatch",
        fmt::format("The key in tls.key = {} is not the one of the certificate {} in tls.certificate = {} ({}). "
                    "Name two files that were made together; the server's own certificate comes first.",
                    excerpt(files.key, 300), text_of(X509_get_subject_name(own)), excerpt(files.certificate, 300),
                    reason())};
  }
  loaded.not_before = instant_of(X509_get0_notBefore(own));
  loaded.not_after = instant_of(X509_get0_notAfter(own));
  loaded.subject = text_of(X509_get_subject_name(own));
  std::array<std::uint8_t, EVP_MAX_MD_SIZE> digest{};
  unsigned size = 0;
  X509_digest(own, EVP_sha256(), digest.data(), &size);
  loaded.fingerprint = hex(std::span<const std::uint8_t>(digest).first(size));
  struct stat seen {};
  loaded.is_key_open = stat(files.key.c_str(), &seen) == 0 && (seen.st_mode & (S_IRWXO | S_IWGRP)) != 0;
  ERR_clear_error();
  return loaded;
}

Result<std::unique_ptr<Tls>> Tls::open(Files files, Clock& clock, Log& log) {
  std::unique_ptr<Tls> tls(new Tls(std::move(files), clock, log));
  std::string stamp = stamp_of(tls->files_);  // before reading: what changes meanwhile is read again
  auto loaded = load(tls->files_);
  if (!loaded) return std::move(loaded.error());
  tls->stamp_ = std::move(stamp);
  tls->take(std::move(*loaded));
  return tls;
}

std::shared_ptr<ssl_ctx_st> Tls::context() const {
  const std::lock_guard lock(mutex_);
  return loaded_.context;
}

Instant Tls::not_after() const {
  const std::lock_guard lock(mutex_);
  return loaded_.not_after;
}

void Tls::reload(When when) {
  const std::lock_guard lock(reloading_);
  std::string stamp = stamp_of(files_);
  if (when == When::kChanged && stamp == stamp_) return;
  stamp_ = std::move(stamp);
  auto loaded = load(files_);
  if (loaded) return take(std::move(*loaded));
  log_.write(LogLevel::kError, "tls.not_loaded", "",
             {{"code", loaded.error().code},
              {"error", loaded.error().text},
              {"kept", fmt::format("the certificate until {}", format_instant(not_after()))}});
}

void Tls::take(Loaded loaded) {
  const Instant now = clock_.now();
  log_.write(
      LogLevel::kInfo, "tls.loaded", "",
      {{"subject", loaded.subject}, {"not_after", format_instant(loaded.not_after)}, {"sha256", loaded.fingerprint}});
  const auto warn = [&](std::string what) {
    log_.write(LogLevel::kWarning, "tls.warning", "", {{"subject", loaded.subject}, {"warning", std::move(what)}});
  };
  if (loaded.not_after < now) {
    warn(fmt::format("{} has expired on {}: clients refuse it. Put a new one into {}.", files_.certificate,
                     format_instant(loaded.not_after), files_.certificate));
  } else if (loaded.not_after < now + kSoon) {
    warn(fmt::format("{} expires on {}. Put a new one into {}.", files_.certificate, format_instant(loaded.not_after),
                     files_.certificate));
  }
  if (loaded.not_before > now) {
    warn(fmt::format("{} is valid from {} on, not yet: clients refuse it. Check the clock of this machine.",
                     files_.certificate, format_instant(loaded.not_before)));
  }
  if (loaded.is_key_open) {
    warn(
        fmt::format("{} can be read or changed by others on this machine: `chmod 600` it, and have a new key made if "
                    "others had access.",
                    files_.key));
  }
  const std::lock_guard lock(mutex_);
  loaded_ = std::move(loaded);
}

}  // namespace suyuan::http
