// SPDX-License-Identifier: Apache-2.0
#include "app/oidc/oidc.h"

#include <CLI/CLI.hpp>
#include <cstdio>

#include "adapters/clock/system_clock.h"
#include "adapters/records/oidc_store.h"
#include "bin/cli.h"

namespace suyuan::cli {

namespace {

int link(const LinkRequest& request, bool is_new, const Common& common, const OpenAccounts& open) {
  SystemClock clock;
  auto store = open_store(place_of(common), false);
  if (!store) return fail(store.error());
  const auto opened = open(**store);
  if (!opened) return fail(opened.error());
  const auto links = make_oidc_store((*store)->records());
  const LinkServices services{*opened->accounts, *links, clock};
  const auto person = is_new ? link_identity(opened->person_change, request, services)
                             : unlink_identity(opened->person_change, request, services);
  if (!person) return fail(person.error());
  std::printf(is_new ? "%s now signs in at %s as this subject.\n" : "%s no longer signs in at %s as this subject.\n",
              request.login.c_str(), request.issuer.c_str());
  return std::fflush(stdout) == 0 ? kDone : kPartly;
}

void add(CLI::App& user, Common& common, Chosen& chosen, const OpenAccounts& open, bool is_new) {
  auto* command = user.add_subcommand(is_new ? "link" : "unlink",
                                      is_new ? "Let a person sign in with an account of an OpenID provider"
                                             : "No longer let a person sign in with an account of an OpenID provider");
  auto request = std::make_shared<LinkRequest>();
  command->add_option("LOGIN", request->login, "Of the person")->required();
  command->add_option("--issuer", request->issuer, "Of the provider, as the refused sign-in shows it")->required();
  command->add_option("--subject", request->subject, "Of the account, as the refused sign-in shows it")->required();
  add_store_options(*command, common);
  command->callback([request, is_new, open, &common, &chosen] {
    chosen.run = [request, is_new, open, &common] { return link(*request, is_new, common, open); };
  });
}

}  // namespace

void add_oidc(CLI::App& user, Common& common, Chosen& chosen, OpenAccounts open) {
  add(user, common, chosen, open, true);
  add(user, common, chosen, open, false);
}

}  // namespace suyuan::cli
