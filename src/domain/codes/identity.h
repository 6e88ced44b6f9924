// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "domain/identity/actor.h"

// One identity whatever the notation: every way to write a code ends in the same scheme and canonical key.
namespace suyuan::codes {

enum class Scheme : std::uint8_t {  // stored; never renumber
  kGs1 = 1,                         // key: Digital Link path without domain, "/01/06901234567892/21/00001"
  kEcode = 2,                       // GB/T 31866: V + NSI + MD
  kMa = 3,                          // ISO/IEC 15459 issuing agency MA
  kOid = 4,                         // ITU-T X.660
  kHandle = 5,                      // 86./88. industrial internet
  kVaa = 6,                         // opaque
  kCcc = 7,                         // compulsory certificate number
  kLicence = 8,                     // production licence number, brackets and case folded
  kUscc = 9,                        // GB 32100 unified social credit code
  kInHouse = 10,                    // key: "<organisation>:<code>", so that two firms' A001 never meet
  kUri = 11,                        // any other URI that an EPCIS document uses as an id, as written
};

// What the code stands for.
enum class Level : std::uint8_t {  // stored; never renumber
  kItem = 1,                       // one thing: a serial number, an SSCC, a returnable asset, an Ecode …
  kLot = 2,                        // a batch: GTIN + AI 10
  kClass = 3,                      // a trade item or other class: GTIN alone, GRAI without serial …
  kPlace = 4,                      // GLN of a location (414)
  kParty = 5,                      // an organisation: PGLN (417), 统一社会信用代码
  kDocument = 6,                   // GDTI, certificate, licence
  kOther = 7,                      // anything that is not for tracing
};

struct Identity {
  Scheme scheme = Scheme::kUri;
  std::string key;
  friend auto operator<=>(const Identity&, const Identity&) = default;
};

Level level_of(const Identity& id);

// The class right above: serial -> GTIN, lot -> GTIN, GRAI with serial -> GRAI. The lot of a serial is not in its
// code: it is learnt from events. std::nullopt where there is none.
std::optional<Identity> class_of(const Identity& id);

// Reads an id as EPCIS documents write it: an EPC URN (id, idpat, class), a GS1 Digital Link URI on any domain, a code
// of another scheme by its own prefix (Ecode "E=…" URL, "MA.…", OID "urn:oid:…", Handle), else any absolute URI as
// Scheme::kUri. Of a Digital Link only the finest key counts (GTIN + serial; the lot qualifier beside it comes back in
// `lot`). Errors: kInvalid with codes "code.not_a_uri", "gs1.check_digit", "gs1.*", naming what was expected.
struct EpcisId {
  Identity id;
  std::optional<Identity> lot;  // when a Digital Link names lot and serial together
};
Result<EpcisId> read_epcis_id(std::string_view uri);

// "https://id.gs1.org/01/…" for GS1; the scheme's own text for others (in-house codes without their organisation).
std::string canonical_uri(const Identity& id);
// What a person reads: "(01)06901234567892(21)00001"; the plain code for other schemes.
std::string display_text(const Identity& id);
// The path of the page: "/01/06901234567892/21/00001", or "/t/<percent-encoded text>" for other schemes.
std::string page_path(const Identity& id);

// The EPC URN. `company_prefix_digits` is 6..12 and never guessed.
// Errors: kInvalid "epc.no_urn" (no URN form), "epc.company_prefix" (length does not fit).
Result<std::string> to_epc_urn(const Identity& id, int company_prefix_digits);

}  // namespace suyuan::codes
