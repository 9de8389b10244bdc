"""Lists hosts and detections with QualysPy; prints what walk.py prints.

It takes its addresses and its login from the environment, and hands the next id to its user.
"""

import os
import sys
from urllib.parse import parse_qsl

os.environ["QUALYS_API_SERVER"] = os.environ["QUALYS_BASE_URL"]
os.environ["QUALYS_API_GATEWAY"] = os.environ["QUALYS_BASE_URL"]

from qualyspy.vmdr import VmdrAPI  # noqa: E402  (it may read the environment when imported)

client = VmdrAPI()


def hosts(call, **asked):
    more, following = True, None
    while more:
        page, more, following = call(truncation_limit=10, id_min=following, **asked)
        yield from page


for host in hosts(client.host_list):
    print("host", host.id)
asked = {name: bool(int(value)) for name, value in parse_qsl(sys.argv[1])}
for host in hosts(client.host_list_vm_detection, **asked):
    for detection in host.detections or []:
        print("detection", host.id, detection.qid)
