// SPDX-License-Identifier: Apache-2.0
#include "tls_client.h"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <array>
#include <csignal>

#include "base/check.h"

namespace suyuan::test {

namespace {

std::string taken(BIO* bio) {
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio, &data);
  std::string text(data, static_cast<std::size_t>(size));
  BIO_free(bio);
  return text;
}

std::string name_of(X509* certificate) {
  std::array<char, 256> name{};
  X509_NAME_get_text_by_NID(X509_get_subject_name(certificate), NID_commonName, name.data(), name.size());
  return name.data();
}

void trust(SSL_CTX* context, const std::string& pem) {
  BIO* in = BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size()));
  X509* certificate = PEM_read_bio_X509(in, nullptr, nullptr, nullptr);
  CHECK(certificate != nullptr);
  X509_STORE_add_cert(SSL_CTX_get_cert_store(context), certificate);
  X509_free(certificate);
  BIO_free(in);
  SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nullptr);
}

void extend(X509* certificate, int what, const char* value) {
  X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, nullptr, what, value);
  CHECK(extension != nullptr);
  X509_add_ext(certificate, extension, -1);
  X509_EXTENSION_free(extension);
}

// By itself, or by an authority.
void sign(X509* certificate, EVP_PKEY* own, const Pem* authority) {
  if (authority == nullptr) {
    X509_set_issuer_name(certificate, X509_get_subject_name(certificate));
    CHECK(X509_sign(certificate, own, EVP_sha256()) > 0);
    return;
  }
  BIO* in = BIO_new_mem_buf(authority->certificate.data(), static_cast<int>(authority->certificate.size()));
  X509* issuer = PEM_read_bio_X509(in, nullptr, nullptr, nullptr);
  BIO_free(in);
  in = BIO_new_mem_buf(authority->key.data(), static_cast<int>(authority->key.size()));
  EVP_PKEY* key = PEM_read_bio_PrivateKey(in, nullptr, nullptr, nullptr);
  BIO_free(in);
  CHECK(issuer != nullptr && key != nullptr);
  X509_set_issuer_name(certificate, X509_get_subject_name(issuer));
  CHECK(X509_sign(certificate, key, EVP_sha256()) > 0);
  X509_free(issuer);
  EVP_PKEY_free(key);
}

}  // namespace

Pem make_certificate(const CertificateOptions& options) {
  EVP_PKEY* key = options.rsa_bits > 0
                      ? EVP_PKEY_Q_keygen(nullptr, nullptr, "RSA", static_cast<size_t>(options.rsa_bits))
                      : EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", "P-256");
  CHECK(key != nullptr);
  X509* made = X509_new();
  X509_set_version(made, 2);
  ASN1_INTEGER_set(X509_get_serialNumber(made), 1);
  X509_gmtime_adj(X509_getm_notBefore(made), options.from_days * 86'400L);
  X509_gmtime_adj(X509_getm_notAfter(made), options.until_days * 86'400L);
  X509_NAME* name = X509_get_subject_name(made);
  X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8, reinterpret_cast<const unsigned char*>(options.name.c_str()),
                             -1, -1, 0);
  if (options.is_authority)
    extend(made, NID_basic_constraints, "critical,CA:TRUE");
  else
    extend(made, NID_subject_alt_name, options.hosts.c_str());
  X509_set_pubkey(made, key);
  sign(made, key, options.authority);
  Pem pem;
  BIO* out = BIO_new(BIO_s_mem());
  PEM_write_bio_X509(out, made);
  pem.certificate = taken(out);
  out = BIO_new(BIO_s_mem());
  PEM_write_bio_PKCS8PrivateKey(out, key, options.password.empty() ? nullptr : EVP_aes_128_cbc(),
                                options.password.c_str(), static_cast<int>(options.password.size()), nullptr, nullptr);
  pem.key = taken(out);
  X509_free(made);
  EVP_PKEY_free(key);
  return pem;
}

TlsClient::TlsClient(int port, const TlsOptions& options)
    : Client(port), context_(SSL_CTX_new(TLS_client_method()), &SSL_CTX_free) {
  static const bool no_pipe_signal = std::signal(SIGPIPE, SIG_IGN) != SIG_ERR;  // OpenSSL writes plainly
  CHECK(no_pipe_signal);
  SSL_CTX_set_security_level(context_.get(), 0);  // asks for what the server should refuse
  if (!options.trusted.empty()) trust(context_.get(), options.trusted);
  if (options.most_version != 0) SSL_CTX_set_max_proto_version(context_.get(), options.most_version);
  if (!options.ciphers.empty()) CHECK(SSL_CTX_set_cipher_list(context_.get(), options.ciphers.c_str()) == 1);
  ssl_ = {SSL_new(context_.get()), &SSL_free};
  if (!options.protocols.empty()) {
    const std::string list = static_cast<char>(options.protocols.size()) + options.protocols;
    SSL_set_alpn_protos(ssl_.get(), reinterpret_cast<const unsigned char*>(list.data()),
                        static_cast<unsigned>(list.size()));
  }
  X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl_.get()), "127.0.0.1");
  SSL_set_fd(ssl_.get(), socket());
  connected_ = SSL_connect(ssl_.get()) == 1;
  ERR_clear_error();
}

TlsClient::~TlsClient() = default;

std::string TlsClient::version() const { return SSL_get_version(ssl_.get()); }

std::string TlsClient::protocol() const {
  const unsigned char* name = nullptr;
  unsigned size = 0;
  SSL_get0_alpn_selected(ssl_.get(), &name, &size);
  return {reinterpret_cast<const char*>(name), size};
}

std::string TlsClient::peer_name() const {
  X509* shown = SSL_get0_peer_certificate(ssl_.get());
  return shown == nullptr ? "" : name_of(shown);
}

bool TlsClient::was_closed_properly() const { return (SSL_get_shutdown(ssl_.get()) & SSL_RECEIVED_SHUTDOWN) != 0; }

long TlsClient::take(char* bytes, std::size_t size) {
  const int got = SSL_read(ssl_.get(), bytes, static_cast<int>(size));
  ERR_clear_error();
  return got < 0 ? 0 : got;  // a reset is an end as well
}

long TlsClient::give(const char* bytes, std::size_t size) {
  const int sent = SSL_write(ssl_.get(), bytes, static_cast<int>(std::min<std::size_t>(size, 1U << 30U)));
  ERR_clear_error();
  return sent;
}

}  // namespace suyuan::test
