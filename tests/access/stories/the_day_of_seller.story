# shows: R1, R23, E1, T3
# A seller (003 第五) reports what came in and went out, and knows its neighbours in the chain, not their neighbours.

seller@D may GET /epcis/v2/events
  shows urn:event:e2 urn:event:e3 urn:event:e4
  hides urn:event:e1 urn:event:e5 urn:event:e6
seller@R may GET /epcis/v2/events
  shows urn:event:e4 urn:event:e5 urn:event:e6
  hides urn:event:e1 urn:event:e2 urn:event:e3 urn:event:e7
seller@Q may GET /api/v1/trace?id=$item
  shows urn:event:e7 6901234000030
  hides urn:event:e4 urn:event:e5 6901234000016
seller@Q may report e8
seller@Q may GET /api/v1/recall?id=$item
seller@far-shop finds nothing at GET /api/v1/trace?id=$item
seller@far-shop finds nothing at GET /api/v1/recall?id=$item

seller@D may not POST /api/v1/marks {}
seller@D may not POST /api/v1/emergencies {}
seller@D may not GET /api/v1/audit
seller@D may not POST /api/v1/people {}
seller@D may not POST /api/v1/keys {}
