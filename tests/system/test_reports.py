"""Final reports as a publisher has stored them: by the read API and from the
client's page, as they are and as text, HTML and CSV; to whom they belong."""

import hashlib
import json
import os
import subprocess
import time

import pytest

import helpers
import test_api
import test_pages
import test_publish

C0, R = test_publish.C0, test_publish.R


# acme's page is public and its reports are not; beta's are private with it.
ACME = """{ host: status.acme.example, token: "env:BETA_TOKEN" }"""
MORE = """
  - name: cove
    sla: gold
    zone: UTC
    status_page: { reports: public }
    endpoints: [{ name: learn, url: "https://learn.cove.example/" }]
  - name: dune
    sla: gold
    zone: UTC
    endpoints: [{ name: learn, url: "https://learn.dune.example/" }]
"""


class Reports(test_api.Api):
    clients = ("acme", "beta", "cove", "dune")

    def __init__(self, program, redis, folder):
        begin = test_publish.ms("2026-01-10T00:00Z")
        terms = {"from": begin, "quorum": 2, "interval": 30_000,
                 "timeout": 10_000, "regions": "a b", "counts": True}
        agreed = {"from": begin, "sla": "gold", "zone": "UTC",
                  "guarantee": 99900, "floor": 0}
        redis.client.hset(f"{C0}terms", mapping={
            **{name: json.dumps([agreed]) for name in self.clients},
            **{f"{name}/learn": json.dumps([terms])
               for name in self.clients}})
        redis.client.hset(f"{C0}meta", "judged",
                          test_publish.ms("2026-03-02T00:00Z"))
        test_publish.outage(redis, "2026-02-03T10:00Z", 600)
        super().__init__(program, redis, folder)

    def write(self, metrics):
        super().write(metrics)
        text = self.conf.read_text()
        acme = "{ host: status.acme.example }"
        assert text.count(acme) == 1 and text.count("\nreaders:") == 1
        self.conf.write_text(text.replace(acme, ACME).replace(
            "\nreaders:", f"{MORE}\nreaders:"))

    def token(self, **kwargs):
        """To read reports from a page."""
        return {"headers": {"Authorization": f"Bearer {test_pages.TOKEN}",
                            **kwargs}}

    def publish(self):
        done = subprocess.run(
            [helpers.BIN / "sunwatch", "publish", "--conf", self.conf],
            capture_output=True, text=True, check=False, timeout=30,
            env={**os.environ, "BETA_TOKEN": test_pages.TOKEN,
                 "METRICS_TOKEN": test_pages.METRICS_TOKEN})
        assert done.returncode == 0, done.stderr

    def listed(self, token="board", query=""):
        return [(r["client"], r["period"], r["version"], r["last"])
                for r in self.said(f"reports{query}", token)["reports"]]


@pytest.fixture
def reports(program, redis, tmp_path):
    r = Reports(program, redis, tmp_path)
    yield r
    r.end()


def test_each_reads_its_own(reports):
    assert reports.listed() == []
    assert "Final reports" not in reports.get("/c/acme/").text
    reports.publish()
    every = [(client, f"2026-0{n}", 1, True)
             for client in reports.clients for n in (1, 2)]
    helpers.wait_for("the reports", lambda: reports.listed() == every)
    assert reports.listed("portal") == every[:2]
    assert reports.listed("board", "?client=beta&period=2026-02") == every[3:4]
    first = reports.said("reports?limit=3")
    assert len(first["reports"]) == 3
    assert reports.listed(query=f"?cursor={first['next']}") == every[3:]
    # As it was stored, byte by byte.
    stored = reports.redis.client.hget(f"{R}bodies", "acme|2026-02|1|0")
    got = reports.ask("reports/acme/2026-02", "portal")
    assert got.status == 200 and got.text == stored
    item = [r for r in reports.said("reports?period=2026-02", "portal")[
        "reports"]][0]
    assert item["sha256"] == hashlib.sha256(got.text.encode()).hexdigest()
    assert item["bytes"] == len(got.text.encode())
    path = reports.folder / "report.json"
    path.write_text(got.text)
    assert subprocess.run([helpers.BIN / "sunwatch", "verify", path],
                          capture_output=True, check=False).returncode == 0
    same = reports.ask("reports/acme/2026-02.json", "portal",
                       headers={"If-None-Match": got.headers["ETag"]})
    assert (same.status, same.text) == (304, "")
    for format_, kind, text in (
            (".html", "text/html", "<!DOCTYPE html>"),
            (".csv", "text/csv", "acme"), (".txt", "text/plain", "acme")):
        told = reports.ask(f"reports/acme/2026-02{format_}", "portal")
        assert told.status == 200 and text in told.text, told.text
        assert told.headers["Content-Type"].startswith(kind)
        assert told.headers["ETag"] != got.headers["ETag"]
        if format_ == ".html":
            assert "default-src 'none'" in told.headers[
                "Content-Security-Policy"]
    # Nothing of another, nor of what is not there.
    for what, token in (("beta/2026-02", "portal"), ("acme/2026-03", "board"),
                        ("gamma/2026-02", "board"), ("acme/2026-2", "board"),
                        ("acme/2026-02.exe", "board"),
                        ("acme/../beta/2026-02", "portal"),
                        ("acme/2026-02/", "board"), ("", "board")):
        assert reports.ask(f"reports/{what}", token).status == 404, what
    assert reports.ask("reports/acme/2026-02?version=2").status == 404
    assert reports.ask("reports/acme/2026-02?version=0").status == 400
    assert reports.ask("reports/acme/2026-02", None).status == 401


def test_a_page_leads_to_its_reports(reports):
    reports.publish()
    page = helpers.wait_for("the links", lambda: (
        lambda text: "Final reports" in text and text)(
            reports.get("/c/acme/").text))
    assert page.index("2026-02") < page.index("2026-01")
    assert 'href="reports/2026-02.html"' in page
    html = reports.get("/c/acme/reports/2026-02.html", **reports.token())
    assert html.status == 200 and "Acme" in html.text
    host = {"Host": "status.acme.example"}
    assert reports.get("/reports/2026-02.json",
                       **reports.token(**host)).text == reports.ask(
        "reports/acme/2026-02").text
    assert reports.get("/c/beta/reports/2026-02.html",
                       **reports.token(**host)).status == 401
    # beta's page is private, and so are its reports.
    closed = reports.get("/c/beta/reports/2026-02.html")
    nothing = reports.get("/c/gamma/reports/2026-02.html")
    assert (closed.status, closed.text) == (nothing.status, nothing.text)
    assert closed.status == 401
    opened = reports.get("/c/beta/reports/2026-02.html", headers={
        "Authorization": f"Bearer {test_pages.TOKEN}"})
    assert opened.status == 200 and "acme" not in opened.text.lower()
    for path in ("/c/acme/reports/2026-03.html", "/c/acme/reports/",
                 "/c/acme/reports/2026-02.htm",
                 "/c/acme/reports/reports/2026-02.html"):
        assert reports.get(path, **reports.token()).status == 404, path


def test_a_public_page_does_not_make_its_reports_public(reports):
    reports.publish()
    helpers.wait_for("the links", lambda: "Final reports" in
                     reports.get("/c/acme/").text)
    assert "access token" in reports.get("/c/acme/").text
    host = {"Host": "status.acme.example"}
    for form in "html", "csv", "json", "txt":
        closed = reports.get(f"/c/acme/reports/2026-02.{form}")
        assert closed.status == 401 and "600" not in closed.text
        assert reports.get(f"/reports/2026-02.{form}",
                           headers=host).status == 401
    # Not even which months there are.
    assert reports.get("/c/acme/reports/2031-02.html").text == closed.text
    assert reports.get("/c/acme/reports/2026-02.html?token=x").status == 401
    # Entered once, the token lets him read all reports of that page.
    for where, page, headers in (
            ("/c/acme/reports/2026-02.html", "/c/acme/", {}),
            ("/reports/2026-02.html", "/", host)):
        entered = reports.get(where, form={"token": test_pages.TOKEN},
                              headers=headers)
        assert entered.status == 303 and entered.headers["Location"] == where
        cookie = entered.headers["Set-Cookie"]
        assert f"Path={page};" in cookie
        cookie = {"Cookie": cookie.split(";")[0], **headers}
        for month in "2026-01", "2026-02":
            read = reports.get(where.replace("2026-02", month),
                               headers=cookie)
            assert read.status == 200 and "Acme" in read.text
    # Whose reports are public is asked for nothing.
    page = reports.get("/c/cove/").text
    assert "Final reports" in page and "access token" not in page
    assert reports.get("/c/cove/reports/2026-02.html").status == 200
    # Without any token nobody reads them here, and nothing leads there.
    assert "Final reports" not in reports.get("/c/dune/").text
    for given in {}, reports.token():
        assert reports.get("/c/dune/reports/2026-02.html",
                           **given).status == 404
    assert reports.ask("reports/dune/2026-02").status == 200


def test_a_correction_is_the_next_version(reports):
    reports.publish()
    helpers.wait_for("the reports", lambda: len(reports.listed()) == 8)
    was = reports.ask("reports/acme/2026-02").text
    test_publish.outage(reports.redis, "2026-02-20T10:00Z", 900)
    reports.publish()
    helpers.wait_for("version 2", lambda: (
        "acme", "2026-02", 2, True) in reports.listed())
    assert ("acme", "2026-02", 1, False) in reports.listed()
    now = reports.ask("reports/acme/2026-02").text
    assert now != was
    assert reports.ask("reports/acme/2026-02?version=1").text == was
    assert reports.ask("reports/acme/2026-02?version=2").text == now
    assert helpers.wait_for("the page", lambda: "corrected (version 2)" in
                            reports.get("/c/acme/").text)
    # What was changed in the store is not given as what was published.
    reports.redis.client.hset(f"{R}bodies", "acme|2026-02|2|0",
                              now.replace("acme", "acne"))
    time.sleep(1.1)  # answers are kept for a second
    spoiled = reports.ask("reports/acme/2026-02")
    assert spoiled.status == 500 and "published" in spoiled.text
    reports.redis.client.hdel(f"{R}bodies", "acme|2026-02|2|0")
    assert reports.ask("reports/acme/2026-02").status == 503
    assert reports.ask("reports/acme/2026-02?version=1").text == was


def test_what_was_told_is_kept(reports):
    reports.publish()
    helpers.wait_for("the reports", lambda: len(reports.listed()) == 8)
    was = reports.ask("reports/acme/2026-02.html", "portal")
    assert was.status == 200
    reports.redis.client.hdel(f"{R}bodies", "acme|2026-02|1|0")
    assert reports.ask("reports/acme/2026-02.csv").status == 503
    page = reports.get("/c/acme/reports/2026-02.html", **reports.token())
    assert (page.status, page.text) == (200, was.text)
    assert page.headers["ETag"] == was.headers["ETag"]
    assert reports.ask("reports/beta/2026-02.html", "portal").status == 404


def test_telling_does_not_hold_up_pages(reports):
    begin = test_publish.ms("2026-01-18T00:00Z")
    rows = [begin + n * 300_000 for n in range(8_000)]
    reports.redis.client.hset(f"{C0}outages", mapping={
        f"acme/learn|{at}": json.dumps({
            "kind": "down", "from": at, "to": at + 30_000, "from_before": at,
            "to_before": at + 30_000, "reason": "dns", "removed": False})
        for at in rows})
    reports.publish()
    helpers.wait_for("the reports", lambda: len(reports.listed()) == 8)
    forms = [f"reports/acme/2026-0{m}{f}" for m in (1, 2)
             for f in (".html", ".csv", ".txt")]
    told = [reports.ask(form, method="HEAD") for form in forms]
    assert told[0].status == 200
    refused = [t for t in told if t.status == 503]
    assert refused and all(t.headers["Retry-After"] for t in refused)
    assert reports.get("/c/acme/").status == 200
    for form in forms:
        helpers.wait_for(form, lambda: reports.ask(form).status == 200)
