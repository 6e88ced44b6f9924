// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <memory>

#include "base/check.h"
#include "base/result.h"
#include "base/time.h"
#include "domain/identity/decide.h"

// The one authorizer. Every verb takes the permit of its act; only here are they made, so that a verb that nobody asked
// for does not compile.
namespace suyuan {

// That somebody may do one act, and how far it reaches. Cheap to copy.
class Granted {
 public:
  identity::Act act() const { return given_->act; }
  const identity::Principal& who() const { return given_->who; }
  const Actor& actor() const { return given_->who.actor; }
  const identity::Scope& scope() const { return given_->scope; }

 private:
  friend class Authorizer;
  friend class MachinePermits;
  struct Given {
    identity::Principal who;
    identity::Act act;
    identity::Scope scope;
  };
  explicit Granted(Given given) : given_(std::make_shared<const Given>(std::move(given))) {}
  std::shared_ptr<const Given> given_;
};

// The same, with its act known to the compiler.
template <identity::Act A>
class Permit : public Granted {
 public:
  Permit(const Granted& granted) : Granted(granted) { CHECK(granted.act() == A); }
};

// Where the authorizer finds out who there is: the newest snapshot. Threads: any.
class DirectorySource {
 public:
  virtual ~DirectorySource() = default;
  virtual std::shared_ptr<const identity::Directory> directory() = 0;
};

class Authorizer {
 public:
  Authorizer(DirectorySource& source, Clock& clock) : source_(&source), clock_(&clock) {}

  // Errors: kSignIn "access.sign_in"; kForbidden "access.denied", "access.key_limits".
  Result<Granted> grant(const identity::Principal& who, identity::Act act) const {
    auto scope = identity::decide(source_->directory(), identity::permissions(), who, act, clock_->now());
    if (!scope) return std::move(scope.error());
    return Granted({who, act, std::move(*scope)});
  }
  // For what an organisation left with the server (subscriptions, marks): as it may act now.
  Result<Granted> grant_job(const Actor& owner, identity::Act act) const {
    return grant(identity::job_principal(*source_->directory(), owner), act);
  }
  // What everybody may, without an account.
  static Result<Granted> grant_public(identity::Act act) {
    const identity::Principal who = identity::public_principal();
    auto scope =
        identity::decide(identity::Directory::of_one_machine(), identity::permissions(), who, act, kInstantMin);
    if (!scope) return std::move(scope.error());
    return Granted({who, act, std::move(*scope)});
  }
  std::shared_ptr<const identity::Directory> directory() const { return source_->directory(); }

 private:
  DirectorySource* source_;
  Clock* clock_;
};

// Whatever the table's row "machine" gives to whoever is at this machine: for the command line. An act that the row
// does not give ends the program, so a command of such an act asks the authorizer instead.
class MachinePermits {
 public:
  Granted grant(identity::Act act) const {
    const identity::Principal who = identity::machine_principal();
    auto scope =
        identity::decide(identity::Directory::of_one_machine(), identity::permissions(), who, act, kInstantMin);
    CHECK(scope.ok());
    return Granted({who, act, std::move(*scope)});
  }
  template <identity::Act A>
  operator Permit<A>() const {
    return grant(A);
  }
};
inline MachinePermits at_this_machine() { return {}; }

// Nobody but the machine: for stores without accounts.
class OneMachine : public DirectorySource {
 public:
  std::shared_ptr<const identity::Directory> directory() override { return identity::Directory::of_one_machine(); }
};

}  // namespace suyuan
