"""Writes a copy of a report that its validator must refuse.

python broken.py schema|sarif|oscal|ocsf|junit|poam|csv|markdown FILE COPY
"""

import sys

BREAKS = {
    "schema": ('"format_version": "1.0"', '"format_version": 1'),
    "sarif": ('"ruleIndex": ', '"ruleIndex": 9999'),
    "oscal": ('"state": "not-satisfied"', '"state": "not-assessed"'),
    "ocsf": ('"class_uid":2003', '"class_uid":"finding"'),
    "junit": ("<testcase ", "<testcase \x01"),
    "poam": (",High,", ",Severe,"),
    "csv": ("\r\n", ",one more\r\n"),
    "markdown": ("## Verdict", "## Verdict\n\n<script>alert(1)</script>"),
}

kind, source, copy = sys.argv[1:]
with open(source, newline="", encoding="utf-8") as file:
    text = file.read()
before, after = BREAKS[kind]
changed = text.replace(before, after, 1)
if changed == text:
    sys.exit(f"{source} holds no {before!r} to break")
with open(copy, "w", newline="", encoding="utf-8") as file:
    file.write(changed)
