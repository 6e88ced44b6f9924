# shows: R1, R23, E1, T3
# The quality team of a platform (002 3.4 a b) sends in what it found, and sees those events that are its own.

platform@platform may GET /epcis/v2/events
  hides urn:event
platform@platform finds nothing at GET /api/v1/trace?id=$item
platform@platform may report e8
platform@platform may GET /epcis/v2/events
  shows urn:event:e8
  hides urn:event:e1 urn:event:e7
# The merchants of the platform stand below it.
merchant@stall may report e9
platform@platform may GET /epcis/v2/events
  shows urn:event:e8 urn:event:e9
platform@platform may GET /api/v1/organisations
  shows "stall"
  hides "far-stall"
platform@platform may GET /api/v1/marks
platform@platform may GET /api/v1/figures?first=2026-11-21&last=2026-11-21
platform@platform may POST /epcis/v2/queries {"name":"ours","query":{}}

platform@platform may not POST /api/v1/marks {}
platform@platform may not POST /api/v1/erasures {}
platform@platform may not POST /api/v1/emergencies {}
platform@platform may not GET /api/v1/audit
platform@platform may not POST /api/v1/people {}
