"""Prints a profile that accepts the first finding of a report.

python waive.py REPORT
"""

import json
import sys

with open(sys.argv[1], encoding="utf-8") as file:
    report = json.load(file)
key = json.dumps(next(one["key"] for one in report["findings"] if one["severity"] != "critical"))
year = int(report["as_of"][:4])
print(f"""[[waiver]]
finding = {key}
reason = "Replaced in spring"
approver = "ciso@example.com"
approved = {year - 1}-06-01
expires = {year + 1}-06-01
ticket = "CHG-1\"""")
