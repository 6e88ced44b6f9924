# shows: R1, R23, E1, T3
# Who trades on a platform (002 3.5 a b) checks what it had itself, and helps to find what is unsafe.

merchant@stall may report e8
merchant@stall may GET /epcis/v2/events
  shows urn:event:e8
  hides urn:event:e1
merchant@stall may GET /api/v1/trace?id=$item
  shows urn:event:e8
  hides urn:event:e1 urn:event:e4
merchant@stall may GET /api/v1/recall?id=$item
merchant@stall may GET /api/v1/marks
merchant@stall finds nothing at GET /api/v1/organisations/$organisation:platform

merchant@stall may not POST /api/v1/marks {}
merchant@stall may not POST /api/v1/unmask {}
merchant@stall may not POST /api/v1/erasures {}
merchant@stall may not GET /api/v1/audit
merchant@stall may not POST /api/v1/keys {}
