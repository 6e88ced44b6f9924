# shows: R1, R23, E1
# Who approves (002 3.1 b, 000 6.1.3): judges the emergencies of the bodies below, approves what is erased, reads as an
# officer does, and changes nobody's account.

leader@county-a may GET /epcis/v2/events
  shows urn:event:e1
  hides urn:event:e3
leader@county-a may GET /api/v1/trace?id=$item
  shows urn:event:e7

officer@county-a may POST /api/v1/emergencies {"place":"110101","reason":"北京同批产品急查下落","minutes":30}
  keeps emergency from id
# Judged by the body above, once.
leader@county-a may GET /api/v1/emergencies
  hides $emergency
leader@county-a finds nothing at POST /api/v1/emergencies/$emergency/review {"justified":true,"words":"属实"}
leader@city may GET /api/v1/emergencies
  shows $emergency 北京同批产品急查下落
leader@city may POST /api/v1/emergencies/$emergency/review {"justified":true,"words":"属实"}
leader@province is refused POST /api/v1/emergencies/$emergency/review {"justified":false,"words":"不属实"}
  because emergency.reviewed

producer@P may POST /api/v1/erasures {"event":"urn:event:e1","why":"the consumer asked for it"}
  keeps erasure from id
leader@far finds nothing at POST /api/v1/erasures/$erasure/approve
leader@county-a may GET /api/v1/approvals/erasures
  shows $erasure
leader@county-a may POST /api/v1/erasures/$erasure/approve

leader@county-a may GET /api/v1/tasks
leader@county-a may not report e8
leader@county-a may not POST /api/v1/people {}
leader@county-a may not GET /api/v1/audit
leader@county-a may not POST /api/v1/keys {}
