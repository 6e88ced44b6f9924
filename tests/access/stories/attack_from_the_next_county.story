# shows: R1, T3
# An officer of a county that had nothing to do with the chain asks for it in every way.

officer@county-d may GET /epcis/v2/events
  hides urn:event
officer@county-d may GET /epcis/v2/events?EQ_bizStep=commissioning
  hides urn:event
officer@county-d finds nothing at GET /epcis/v2/events/urn:event:e1
officer@county-d finds nothing at GET /api/v1/trace?id=$item
officer@county-d finds nothing at GET /api/v1/recall?id=$item
officer@county-d finds nothing at GET /api/v1/recall?id=$item&format=csv
officer@county-d finds nothing at GET /epcis/v2/capture/$job-P
officer@county-d finds nothing at GET /api/v1/captures/$job-P/document
officer@county-d finds nothing at GET /api/v1/organisations/$organisation:P
officer@county-d finds nothing at GET /api/v1/people/$person:officer@county-a
officer@county-d finds nothing at GET /api/v1/people?org=$organisation:county-a
officer@county-d may GET /api/v1/figures?first=2026-11-21&last=2026-11-21
  hides 330102 330106

officer@county-a may POST /api/v1/marks {"id":"$code","reason":"检出铅超标"}
  keeps mark from Location
officer@county-d may GET /api/v1/marks
  hides $mark
officer@county-d finds nothing at GET /api/v1/marks/$mark
officer@county-d finds nothing at POST /api/v1/marks/$mark/lift {"reason":"复检合格"}
officer@county-d finds nothing at POST /api/v1/marks/$mark/recheck
# One's own mark on the same code finds nothing of theirs.
officer@county-d may POST /api/v1/marks {"id":"$code","reason":"试试看"}
  keeps own from Location
officer@county-d may GET /api/v1/marks/$own
  hides urn:event 6901234000009
officer@county-d may GET /api/v1/marks/$own?format=csv
  hides urn:event 6901234000009

# Neither does an emergency open what stands around the own county, nor is one opened in silence.
officer@county-d is refused POST /api/v1/emergencies {"place":"330100","reason":"全市排查同批产品"}
  because emergency.place
officer@county-d may POST /api/v1/emergencies {"place":"330102","reason":"急查甲县同批产品的下落","minutes":10}
  keeps emergency from id
leader@city may GET /api/v1/emergencies
  shows $emergency
officer@county-d may GET /epcis/v2/events/urn:event:e1
officer@county-d finds nothing at GET /epcis/v2/events/urn:event:e3
# It widens reading only.
officer@county-d finds nothing at POST /api/v1/marks/$mark/lift {"reason":"复检合格"}
later 11 minutes
officer@county-d finds nothing at GET /epcis/v2/events/urn:event:e1
