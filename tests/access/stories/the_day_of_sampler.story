# shows: R1, R23, E1
# Who buys samples (002 3.2 b, 5.2.2): has an account, a body and tasks. Nothing of a chain is their business; samples and
# reports have no endpoint yet, and no other one opens to them in the meantime.

sampler@centre may GET /api/v1/session
  shows "sampler"
sampler@centre may GET /api/v1/organisations/$organisation:centre
sampler@centre finds nothing at GET /api/v1/organisations/$organisation:P
sampler@centre may GET /api/v1/people/$person:sampler@centre
# Not even of a colleague.
sampler@centre finds nothing at GET /api/v1/people/$person:sampler-2@centre
sampler@centre may GET /api/v1/tasks
sampler@centre may GET /api/v1/identify?text=06901234567892
sampler@centre may GET /01/06901234567892/21/7

sampler@centre may not GET /epcis/v2/events
sampler@centre may not GET /api/v1/trace?id=$item
sampler@centre may not GET /trace?id=$item
sampler@centre may not GET /api/v1/recall?id=$item
sampler@centre may not GET /epcis/v2/capture
sampler@centre may not report e8
sampler@centre may not GET /api/v1/marks
sampler@centre may not GET /api/v1/figures?first=2026-11-01&last=2026-11-30
sampler@centre may not GET /api/v1/audit
sampler@centre may not POST /api/v1/unmask {}
sampler@centre may not POST /api/v1/people {}
