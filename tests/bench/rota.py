"""What it costs to know who is on watch: 50 rotas over two years of hours, and
the proof that they have no hole in 400 days; and both as commands."""

import json
import pathlib
import resource
import subprocess
import tempfile

from figures import BUILD, ROOT, median, say

ROTAS, ROUNDS = 50, 3


def commands(folder):
    """CPU of the whole commands, loading the tree included."""
    def cpu_ms(*words):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run([BUILD / "bin/sunwatch", *words,
                        "--conf", f"{folder}/sunwatch.yaml"],
                       check=True, capture_output=True)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        return 1000 * (after.ru_utime + after.ru_stime -
                       before.ru_utime - before.ru_stime)
    at = ["--at", "2026-10-25T01:30:00Z"]
    span = ["--from", "2026-01-01T00:00:00Z", "--days", "400"]
    say(f"sunwatch oncall, {ROTAS} rotas: CPU of the command",
        median(cpu_ms("oncall", *at) for _ in range(ROUNDS)), "ms")
    say(f"sunwatch rota check, {ROTAS} rotas, 400 days: CPU of the command",
        median(cpu_ms("rota", "check", *span) for _ in range(ROUNDS)), "ms")


with tempfile.TemporaryDirectory(prefix="sunwatch-bench-") as name:
    pathlib.Path(name).chmod(0o700)
    seen = json.loads(subprocess.run(
        [BUILD / "tests/bench/bench_rota", name, str(ROTAS)], cwd=ROOT,
        stdout=subprocess.PIPE, text=True, check=True).stdout)
    say("on watch at an instant: CPU for one rota", seen["at_us"], "us",
        instants=seen["instants"])
    say("the same, with 20 overrides", seen["covered_us"], "us")
    say(f"proof of 400 days, {seen['rotas']} rotas: CPU", seen["proof_ms"],
        "ms")
    commands(name)
