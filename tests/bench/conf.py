"""How long a tree of 10,000 endpoints in 1,000 files takes to load."""

import json
import subprocess

from figures import BUILD, ROOT, say

out = subprocess.run([BUILD / "tests/bench/bench_conf"], cwd=ROOT,
                     stdout=subprocess.PIPE, text=True, check=False).stdout
seen = json.loads(out)
say("configuration, 10,000 endpoints in 1,000 files: load", seen["load_ms"],
    "ms", at_most=seen["goal_ms"], best_of=3)
say("configuration, 10,000 endpoints in 1,000 files: RSS of the loader",
    seen["rss_peak_kb"] / 1024, "MB")
