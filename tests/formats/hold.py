"""Holds one report against the reader that others made for its format; any refusal is an exit of 1.

python hold.py oscal|ocsf|junit|poam|csv|markdown FILE
"""

import csv
import json
import pathlib
import sys
from datetime import date, datetime, timezone


def oscal(path):
    from trestle.oscal.assessment_results import AssessmentResults

    document = AssessmentResults.oscal_read(path)
    used = {document.uuid}

    # Every reference leads to something, and no id is given twice.
    def walk(value, names):
        if isinstance(value, dict):
            for name, inner in value.items():
                if name in names and isinstance(inner, str):
                    yield inner.removeprefix("#")
                yield from walk(inner, names)
        elif isinstance(value, list):
            for inner in value:
                yield from walk(inner, names)

    raw = json.loads(path.read_text())
    given = list(walk(raw, {"uuid"}))
    assert len(given) == len(set(given)), "an id is given twice"
    pointed = walk(raw, {"observation-uuid", "risk-uuid"})
    links = (link for link in walk(raw["assessment-results"]["results"], {"href"}))
    lost = (set(pointed) | set(links) | {document.import_ap.href.removeprefix("#")}) - set(given)
    assert not lost, f"references lead nowhere: {lost}"
    assert used <= set(given)
    result = document.results[0]
    print(len(result.observations), "observations,", len(result.findings), "findings")


def ocsf(path):
    from py_ocsf_models.events.findings.compliance_finding import ComplianceFinding

    events = [json.loads(line) for line in path.read_text().splitlines()]
    assert events, "no event"
    for event in events:
        parsed = ComplianceFinding.model_validate(event, strict=False)
        assert parsed.class_uid == 2003 and event["type_uid"] == 200300 + event["activity_id"]
        # Seconds would lie in January of 1970.
        moment = datetime.fromtimestamp(event["time"] / 1000, timezone.utc)
        assert 2000 < moment.year < 3000, f"time is not in milliseconds: {moment}"
    print(len(events), "events")


def junit(path):
    from junitparser import Error, Failure, JUnitXml, Skipped

    kinds = {"failures": Failure, "errors": Error, "skipped": Skipped}
    report = JUnitXml.fromfile(str(path))
    total = 0
    for suite in report:
        cases = list(suite)
        assert cases and suite.tests == len(cases), f"{suite.name} counts {suite.tests} cases"
        for name, kind in kinds.items():
            held = sum(isinstance(result, kind) for case in cases for result in case.result)
            assert getattr(suite, name) == held, f"{suite.name}: {name}"
        total += len(cases)
    assert total == report.tests and total >= 200, total
    print(total, "cases")


def rows(path):
    with path.open(newline="", encoding="utf-8") as file:
        table = list(csv.reader(file, strict=True))
    assert len(table) > 1 and all(len(row) == len(table[0]) for row in table), "ragged"
    for row in table[1:]:
        for cell in row:
            assert not cell.lstrip(" ").startswith(tuple("=+-@\t\r\n\0")), f"a formula: {cell!r}"
    return table


def poam(path):
    table = rows(path)
    assert len(table[0]) == 27
    for row in table[1:]:
        item = dict(zip(table[0], row))
        found = date.fromisoformat(item["Original Detection Date"])
        due = date.fromisoformat(item["Scheduled Completion Date"])
        days = {"High": 30, "Moderate": 90, "Low": 180}[item["Original Risk Rating"]]
        assert (due - found).days == days
    assert len({row[0] for row in table[1:]}) == len(table) - 1, "an id stands twice"
    print(len(table) - 1, "items")


def plain(path):
    print(len(rows(path)) - 1, "rows")


def markdown(path):
    from markdown_it import MarkdownIt

    reader = MarkdownIt("gfm-like", {"linkify": False})
    titles, tables, wide = [], 0, None
    tokens = reader.parse(path.read_text())
    for at, token in enumerate(tokens):
        assert token.type != "html_block", token.content[:80]
        for child in token.children or []:
            assert child.type not in ("html_inline", "image"), child.content[:80]
            if child.type == "link_open":
                assert child.attrs["href"].startswith("#"), child.attrs["href"]
        if token.type == "heading_open":
            titles.append(tokens[at + 1].content)
        # A row with another number of cells was broken by a text in it.
        if token.type == "tr_open":
            cells = 0
        elif token.type in ("th_open", "td_open"):
            cells += 1
        elif token.type == "tr_close":
            wide = cells if wide is None else wide
            assert wide == cells, f"{cells} cells among {wide}"
        elif token.type == "table_close":
            tables, wide = tables + 1, None
    for line in path.read_text().splitlines():
        if line.startswith("|"):
            # Every pipe is the border of a cell, for texts write theirs as entities.
            assert line.endswith(" |"), line[:80]
    for title in ("Verification and custody", "Verdict", "Framework matrix", "Waivers"):
        assert title in titles, title
    assert sum(title.startswith("C") and title[1:3].isdigit() for title in titles) == 20
    print(len(titles), "headings,", tables, "tables")


if __name__ == "__main__":
    holds = dict(oscal=oscal, ocsf=ocsf, junit=junit, poam=poam, csv=plain, markdown=markdown)
    holds[sys.argv[1]](pathlib.Path(sys.argv[2]))
