// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "adapters/http/router.h"

// "/verify": a page that checks receipts in the visitor's own browser, and its modules, "/verify/{file}". The one
// public page with a script: a check made by the server would show nothing.
namespace suyuan::http {

void add_verify_routes(Router& router);

}  // namespace suyuan::http
