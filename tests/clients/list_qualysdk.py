"""Lists hosts and detections with qualysdk; prints what walk.py prints.

It asks for all ids first, then for ranges of them, and pages within a range. It talks on standard
output, which is kept apart here. One thread: its threads share the parameters of their calls.
"""

import contextlib
import os
import sys
from urllib.parse import parse_qsl

with contextlib.redirect_stdout(sys.stderr):
    from qualysdk.auth import BasicAuth
    from qualysdk.vmdr import get_hld, get_host_list

    base = os.environ["QUALYS_BASE_URL"]
    client = BasicAuth(
        os.environ["QUALYS_USERNAME"],
        os.environ["QUALYS_PASSWORD"],
        override_platform={"api_url": base, "gateway_url": base, "qualysguard_url": base},
    )
    asked = dict(parse_qsl(sys.argv[1]))
    hosts = get_host_list(client, threads=1, chunk_size=50, truncation_limit=10)
    detected = get_hld(client, threads=1, chunk_size=50, truncation_limit=10, **asked)

for host in hosts:
    print("host", host.ID)
for host in detected:
    for detection in host.DETECTION_LIST or []:
        print("detection", host.ID, detection.QID)
