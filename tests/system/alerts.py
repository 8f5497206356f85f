"""A pager that takes others' alerts, and senders of each kind."""

import hashlib
import json

import helpers
from helpers import http
from pagers import Stage

KEYS = {"prom": "1" * 32, "nagios": "2" * 32}


def sha256(text):
    return hashlib.sha256(text.encode()).hexdigest()


class Alerts(Stage):
    """Sources prom (of acme) and nagios; aroha is called by mail."""

    scheme, tls = "http", ""

    def write(self, patience="60s", silence="90s", more=""):
        self.port_alerts = helpers.free_port()
        self.alerts = f"{self.scheme}://127.0.0.1:{self.port_alerts}"
        super().write(patience, silence, more=f"""
alerts:
  - {{ name: prom, key_sha256: {sha256(KEYS["prom"])}, client: acme }}
  - {{ name: nagios, key_sha256: [{sha256("old" + KEYS["nagios"])},
      {sha256(KEYS["nagios"])}], acknowledges: true }}
{more}""")
        text = self.conf.read_text().replace(
            "listen:\n", f"""listen:
  alerts: {{ address: "127.0.0.1:{self.port_alerts}"{self.tls} }}
""")
        self.conf.write_text(text)

    def post(self, path, body, seconds=10, method=None, **headers):
        if not isinstance(body, bytes):
            body = json.dumps(body).encode()
        answer = http(self.alerts + path, body=body, seconds=seconds,
                      method=method, headers={
                          "Content-Type": "application/json",
                          **{k.replace("_", "-"): v
                             for k, v in headers.items()}})
        return answer._replace(
            text=json.loads(answer.text) if answer.text.strip().startswith(
                "{") else answer.text)

    def enqueue(self, action="trigger", key=KEYS["prom"], summary="disk full",
                severity="critical", dedup_key="d1", **more):
        event = {"routing_key": key, "event_action": action,
                 "payload": {"summary": summary, "source": "web-1",
                             "severity": severity}, **more}
        if dedup_key is not None:
            event["dedup_key"] = dedup_key
        return self.post("/v2/enqueue", event)

    def webhook(self, *alerts, key=KEYS["prom"], group="g", **more):
        """Alerts are (fingerprint, status)."""
        return self.post("/alertmanager", {
            "version": "4", "groupKey": group, "truncatedAlerts": 0,
            "status": "firing" if any(s == "firing" for _, s in alerts)
            else "resolved", "alerts": [
                {"status": status, "fingerprint": name,
                 "labels": {"alertname": name, "severity": "critical"},
                 "annotations": {"summary": f"{name} fails"}}
                for name, status in alerts], **more},
            Authorization=f"Bearer {key}")

    def open(self):
        answer = self.ask(command="incidents")
        return [i for i in answer.get("incidents", [])
                if i["state"] != "closed"]
