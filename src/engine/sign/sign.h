// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

// Signatures that outlive us: Ed25519 (RFC 8032) and SM2 with SM3 (GB/T 32918.2-2016, GB/T 35276-2017). Keys and
// signatures are raw bytes: Ed25519 keys have 32, its signatures 64; an SM2 public key is 04, x and y (65), a private
// one 32, a signature r and s (64). SM2 is always computed with the identifier that the standards give to users without
// one; OpenSSL 3.0 takes an empty one unless told.
namespace suyuan {

enum class SignatureAlgorithm : std::uint8_t { kEd25519 = 1, kSm2 = 2 };

inline constexpr std::string_view kSm2Identifier = "1234567812345678";
inline constexpr std::size_t kSignatureBytes = 64;

// Whoever can sign: a key in a file, or a module that never shows its key (GM/T 0018). Threads: any.
class Signer {
 public:
  virtual ~Signer() = default;
  virtual SignatureAlgorithm algorithm() const = 0;
  virtual std::string public_key() const = 0;
  // Nothing: the module did not sign. SM2 signatures of one text differ each time.
  virtual std::optional<std::string> sign(std::string_view text) const = 0;
};

// False too for a key or signature that is none.
bool verify(SignatureAlgorithm algorithm, std::string_view public_key, std::string_view text,
            std::string_view signature);

// A key of this process, erased from memory when it goes.
class PrivateKey final : public Signer {
 public:
  static PrivateKey fresh(SignatureAlgorithm algorithm);
  static std::optional<PrivateKey> of_bytes(SignatureAlgorithm algorithm, std::string_view bytes);  // 32 of them
  PrivateKey(PrivateKey&&) noexcept;
  PrivateKey& operator=(PrivateKey&&) noexcept;
  ~PrivateKey() override;

  SignatureAlgorithm algorithm() const override;
  std::string public_key() const override;
  std::optional<std::string> sign(std::string_view text) const override;
  std::string bytes() const;  // 32, to be kept secret

 private:
  struct State;
  explicit PrivateKey(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace suyuan
