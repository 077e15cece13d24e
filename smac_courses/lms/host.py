"""Pages in which a rehearsal or a test launches a SCO: the strict API beside it, far above it, or behind it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

HERE, ABOVE, OPENER = "parent", "above", "opener"

_HOST = """<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>LMS</title><link rel="icon" href="data:,"></head>
<body><script type="application/json" id="given">GIVEN</script>
<script type="module">
const given = JSON.parse(document.getElementById("given").textContent);
const { createStrictApi, API_NAME } = await import(`/stand-in/${given.standard}.mjs`);
let sent = 0;
window.calls = [];
window.fault = "none";
window[API_NAME] = createStrictApi({
  ...given,
  fault: () => window.fault,
  onCall: ({ name, values, answer, error }) => window.calls.push([name, values, answer, error]),
  onCommit: (data) => {
    const address = `/kept?sco=${encodeURIComponent(given.sco)}&number=${given.page * 1000000 + (sent += 1)}`;
    if (navigator.sendBeacon(address, JSON.stringify(data))) return true;
    const request = new XMLHttpRequest();
    request.open("POST", address, false);
    request.send(JSON.stringify(data));
    return request.status === 204;
  },
});
if (given.where === "opener") window.course = window.open(given.address);
else {
  const frame = document.createElement("iframe");
  frame.title = "Course";
  frame.width = 880;
  frame.height = 620;
  frame.src = given.where === "above" ? `/frames?deep=2&to=${encodeURIComponent(given.address)}` : given.address;
  document.body.append(frame);
}
window.isReady = true;
</script></body></html>"""

FRAMES = """<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>Frame</title></head><body><script>
const query = new URLSearchParams(location.search);
const deep = Number(query.get("deep"));
const frame = document.createElement("iframe");
frame.title = "Course";
frame.src = deep > 1 ? `/frames?deep=${deep - 1}&to=${encodeURIComponent(query.get("to"))}` : query.get("to");
document.body.append(frame);
</script></body></html>"""


def host_page(given: Mapping[str, Any]) -> str:
    """The page that launches a SCO.

    `given`: `standard` (a stand-in), `address` of the SCO, `sco` its name, `page` a number that grows with every
    launch, `where` the API is, and what the stand-in takes: `data`, `mode`, `learner`, `objectives`.
    """
    return _HOST.replace("GIVEN", json.dumps(given).replace("<", "\\u003c"))
