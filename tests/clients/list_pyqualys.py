"""Lists hosts and detections with pyqualys, which pages by itself; prints what walk.py prints."""

import os
import sys
import xml.etree.ElementTree as ElementTree
from urllib.parse import parse_qsl

import pyqualys

client = pyqualys.QualysAPI(
    username=os.environ["QUALYS_USERNAME"],
    password=os.environ["QUALYS_PASSWORD"],
    host=os.environ["QUALYS_BASE_URL"] + "/",
    verify_ssl=os.environ["REQUESTS_CA_BUNDLE"],
).service("vulnerability")


def hosts(pages):
    for page in pages:
        yield from ElementTree.fromstring(page.encode()).iter("HOST")


for host in hosts(client.iter_hosts(truncation_limit=10)):
    print("host", host.findtext("ID"))
for host in hosts(client.iter_host_detections(truncation_limit=10, **dict(parse_qsl(sys.argv[1])))):
    for detection in host.iter("DETECTION"):
        print("detection", host.findtext("ID"), detection.findtext("QID"))
