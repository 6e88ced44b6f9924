# shows: R1, R23, E1, T3
# An officer of a county bureau (002 3.1 a-d): follows what was reported from the county, marks what is unsafe, and has
# another county's records opened only in an emergency.

officer@county-a may GET /epcis/v2/events
  shows urn:event:e1 urn:event:e2
  hides urn:event:e3 urn:event:e4 urn:event:e7
# The chain began in the county, so it is seen to its end: Q holds the thing.
officer@county-a may GET /api/v1/trace?id=$item
  shows urn:event:e7 6901234000030
officer@county-a may GET /api/v1/recall?id=$item
officer@county-a may GET /trace?id=$item
officer@county-a may GET /api/v1/captures/$job-P/document
  shows urn:event:e1
officer@county-a finds nothing at GET /api/v1/captures/$job-D/document

officer@county-a may POST /api/v1/marks {"id":"$code","reason":"检出铅超标"}
  keeps mark from Location
officer@county-a may GET /api/v1/marks/$mark
  shows 检出铅超标
officer@county-a may GET /api/v1/tasks
  shows $mark
officer@county-a may POST /api/v1/marks/$mark/recheck
officer@county-a may POST /api/v1/marks/$mark/lift {"reason":"复检合格"}

# What is about people is masked until a purpose and a case are named.
officer@county-a may GET /epcis/v2/events/urn:event:e1
  hides 13911112222
officer@county-a may POST /api/v1/unmask {"event":"urn:event:e1","field":"suyuan:consumerPhone","purpose":"a complaint came in","case":"2026-7"}
  shows 13911112222
officer@far finds nothing at POST /api/v1/unmask {"event":"urn:event:e1","field":"suyuan:consumerPhone","purpose":"a complaint came in","case":"2026-7"}

officer@county-a may POST /epcis/v2/queries {"name":"county","query":{"EQ_bizStep":["shipping"]}}
officer@county-a may GET /epcis/v2/queries/county/events
  shows urn:event:e2
  hides urn:event:e4
officer@county-a may POST /epcis/v2/queries/county/subscriptions {"dest":"http://127.0.0.1:1/","stream":true}
officer@county-a may GET /api/v1/figures?first=2026-11-01&last=2026-11-30
officer@county-a may GET /api/v1/organisations
  shows "P"
  hides "D" "far-shop"
officer@county-a may GET /api/v1/people

officer@county-a may POST /api/v1/emergencies {"place":"330106","reason":"乙县同批产品急查下落","minutes":30}
officer@county-a may GET /epcis/v2/events
  shows urn:event:e1 urn:event:e3 urn:event:e5
later 31 minutes
officer-2@county-a may GET /epcis/v2/events
  hides urn:event:e3

officer-2@county-a may not report e8
officer-2@county-a may not GET /api/v1/emergencies
officer-2@county-a may not GET /api/v1/audit
officer-2@county-a may not GET /api/v1/keys
officer-2@county-a may not POST /api/v1/erasures {}
officer-2@county-a may not POST /api/v1/organisations {}
officer-2@county-a may not POST /api/v1/people {}
officer-2@county-a may not PUT /api/v1/people/$person:officer@county-a/roles/leader
