// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <string_view>

#include "base/result.h"
#include "domain/codes/identity.h"

// EPC URNs (GS1 EPC Tag Data Standard 2.0 §6): urn:epc:id, urn:epc:class and the class forms of urn:epc:idpat.
namespace suyuan::codes {

// Errors: kInvalid "epc.scheme" (unknown or not for identities), "epc.shape" (parts, digits), "epc.company_prefix",
// "epc.escape" (a character that must be %-escaped), and those of check_ai_value.
Result<Identity> read_epc_urn(std::string_view urn);

}  // namespace suyuan::codes
