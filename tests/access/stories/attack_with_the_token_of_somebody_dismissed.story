# shows: R1, T10
# Cookies and keys that were good are tried again after their holder was dismissed, lost a role, moved, or was closed.

officer@county-a may GET /epcis/v2/events
sysadmin@county-a may PATCH /api/v1/people/$person:officer@county-a {"active":false}
officer@county-a must sign in to GET /epcis/v2/events
  because access.ended
# Nor is it taken for the public's.
officer@county-a must sign in to GET /01/06901234567892/21/7
officer@county-a must sign in to GET /openapi.json
officer@county-a must sign in to POST /api/v1/marks {"id":"$code","reason":"检出铅超标"}

leader@county-a may GET /epcis/v2/events
secadmin@county-a may DELETE /api/v1/people/$person:leader@county-a/roles/leader
leader@county-a may not GET /epcis/v2/events
  because access.denied

officer-2@county-a may GET /epcis/v2/events
sysadmin@city may POST /api/v1/people/$person:officer-2@county-a/transfer {"to":$organisation:county-b}
officer-2@county-a may not GET /epcis/v2/events

# A key is the organisation's: it ends when somebody ends it.
key:officer@county-a may GET /epcis/v2/events
secadmin@county-b finds nothing at DELETE /api/v1/keys/$key:officer@county-a
secadmin@county-a may DELETE /api/v1/keys/$key:officer@county-a
key:officer@county-a must sign in to GET /epcis/v2/events
  because access.bad_key
key:officer@county-a must sign in to GET /01/06901234567892/21/7

officer-3@county-a may GET /epcis/v2/events
key:analyst@centre may GET /epcis/v2/events
sysadmin@city may PATCH /api/v1/organisations/$organisation:county-a {"active":false}
officer-3@county-a must sign in to GET /epcis/v2/events
# The server keeps an eye on the clock as well.
officer@county-b may GET /epcis/v2/events
later 31 minutes
officer@county-b must sign in to GET /epcis/v2/events
later 500000 minutes
key:analyst@centre must sign in to GET /epcis/v2/events
  because access.bad_key
