"""What the simulator holds, read without any client: one call for the hosts, one for the detections.

Argument: the filter of the detection list, as a query string. Prints `host ID` for each host and
`detection ID QID` for each detection, in the order of the answer; the drivers print the same.
"""

import base64
import os
import sys
import urllib.request
import xml.etree.ElementTree as ElementTree

LOGIN = os.environ["QUALYS_USERNAME"] + ":" + os.environ["QUALYS_PASSWORD"]
HEADERS = {
    "Authorization": "Basic " + base64.b64encode(LOGIN.encode()).decode(),
    "X-Requested-With": "walk",
}


def hosts(path, query):
    url = f"{os.environ['QUALYS_BASE_URL']}/api/2.0/fo/{path}?action=list&truncation_limit=0{query}"
    with urllib.request.urlopen(urllib.request.Request(url, headers=HEADERS), timeout=30) as answer:
        return ElementTree.parse(answer).iter("HOST")


for host in hosts("asset/host/", ""):
    print("host", host.findtext("ID"))
for host in hosts("asset/host/vm/detection/", "&" + sys.argv[1]):
    for detection in host.iter("DETECTION"):
        print("detection", host.findtext("ID"), detection.findtext("QID"))
