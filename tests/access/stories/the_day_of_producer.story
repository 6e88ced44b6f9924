# shows: R1, R23, E1, T3
# A producer (003 第五) reports what it makes and ships, sees as far as whom it shipped to, and marks its own lots.

producer@P may GET /epcis/v2/events
  shows urn:event:e1 urn:event:e2
  hides urn:event:e3 urn:event:e4
producer@P may GET /api/v1/trace?id=$item
  shows urn:event:e2 6901234000016
  hides urn:event:e4 urn:event:e6 6901234000023 6901234000030
producer@P finds nothing at GET /epcis/v2/events/urn:event:e4
producer@P may POST /api/v1/marks {"id":"$code","reason":"自查发现问题"}
  keeps mark from Location
producer@P may POST /api/v1/marks/$mark/lift {"reason":"已处理完毕"}
producer@P may GET /api/v1/captures/$job-P/document
producer@P finds nothing at GET /api/v1/captures/$job-D/document
producer@P may GET /api/v1/figures?first=2026-11-21&last=2026-11-21
producer@P may POST /api/v1/erasures {"event":"urn:event:e1","why":"the consumer asked for it"}
  keeps erasure from id
producer@P may not POST /api/v1/erasures/$erasure/approve
producer@P may report e8
producer@P may GET /epcis/v2/events/urn:event:e8
producer@P may POST /epcis/v2/queries {"name":"mine","query":{}}
producer@P may POST /epcis/v2/queries/mine/subscriptions {"dest":"http://127.0.0.1:1/","stream":true}

producer@P may not POST /api/v1/emergencies {}
producer@P may not GET /api/v1/audit
producer@P may not POST /api/v1/people {}
producer@P may not PATCH /api/v1/organisations/$organisation:P {"name":"x"}
producer@P may not GET /api/v1/keys
