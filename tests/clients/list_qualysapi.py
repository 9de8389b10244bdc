"""Lists hosts and detections with qualysapi; prints what walk.py prints.

The client adds https:// itself, so it gets the bare address. It knows no paging: its user follows
the URL of the warning, as here.
"""

import os
import sys
from urllib.parse import parse_qs, parse_qsl, urlsplit

import qualysapi
from lxml import etree

client = qualysapi.connect(
    username=os.environ["QUALYS_USERNAME"],
    password=os.environ["QUALYS_PASSWORD"],
    hostname=urlsplit(os.environ["QUALYS_BASE_URL"]).netloc,
    max_retries=1,
)


def hosts(path, asked):
    fields = {"action": "list", "truncation_limit": "10", **asked}
    while True:
        page = etree.fromstring(client.request("api/2.0/fo/" + path, dict(fields)).encode())
        yield from page.iter("HOST")
        following = page.findtext("RESPONSE/WARNING/URL")
        if not following:
            return
        fields["id_min"] = parse_qs(urlsplit(following).query)["id_min"][0]


for host in hosts("asset/host/", {}):
    print("host", host.findtext("ID"))
for host in hosts("asset/host/vm/detection/", dict(parse_qsl(sys.argv[1]))):
    for detection in host.iter("DETECTION"):
        print("detection", host.findtext("ID"), detection.findtext("QID"))
