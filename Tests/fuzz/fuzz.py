#!/usr/bin/env python3
"""Random scripts through the pipe: no crash, none above ten seconds, no control character, no torn JSON, no disagreement of derivatives.

    OVERSHOOT=.build/release/overshoot python3 Tests/fuzz/fuzz.py [--seconds 60] [--seed N] [--only K] [--keep FOLDER]

Script k of a seed is always the same; `--seed N --only K` shows it and runs it alone.
"""
import argparse
import json
import os
import random
import re
import resource
import signal
import subprocess
import sys
import tempfile
import time

from grammar import script

OVERSHOOT = os.path.abspath(os.environ.get("OVERSHOOT", ".build/release/overshoot"))
HANG = 10  # seconds of processor time, so that a busy machine makes no hangs
ASLEEP = 120  # seconds by the clock
MEMORY = 4 << 30  # bytes; what asks for more is a finding
# C0 but newline and tab, DEL, C1, bidi controls, zero-width, line separators.
CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]")


def run(data, folder, as_json):
    def limit():
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_CPU, (HANG, HANG + 1))
    env = {"HOME": folder, "PATH": os.environ.get("PATH", ""), "NO_COLOR": "1", "COLUMNS": "100", "LANG": "C.UTF-8"}
    command = [OVERSHOOT, "--keep-going"] + (["--json"] if as_json else [])
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=folder, env=env, preexec_fn=limit)
    try:
        out, err = process.communicate(data, timeout=ASLEEP)
    except subprocess.TimeoutExpired:
        process.kill()
        process.communicate()
        return None, b"", b""
    return process.returncode, out, err


def finding(code, out, err, as_json):
    """What is wrong with a result; None where nothing is."""
    if code is None or code in (-signal.SIGXCPU, -signal.SIGKILL):
        return "hang"
    if code < 0 or code >= 70:
        return "crash (%d)" % code
    try:
        texts = [out.decode(), err.decode()]
    except UnicodeDecodeError:
        return "not UTF-8"
    for text in texts:
        found = CONTROL.search(text)
        if found:
            return "control character U+%04X" % ord(found[0])
        if "internal disagreement" in text:
            return "internal disagreement"
    if as_json:
        for line in texts[0].split("\n")[:-1]:
            try:
                if json.loads(line)["overshoot"] != 1:
                    return "no contract version"
            except (ValueError, KeyError):
                return "torn JSON"
    return None


def main():
    options = argparse.ArgumentParser()
    options.add_argument("--seconds", type=float, default=60)
    options.add_argument("--seed", type=int, default=random.SystemRandom().randrange(1 << 32))
    options.add_argument("--only", type=int)
    options.add_argument("--keep", help="folder for the scripts that found something")
    chosen = options.parse_args()
    print("seed %d" % chosen.seed, flush=True)
    began = time.monotonic()
    k, found = chosen.only or 0, 0
    with tempfile.TemporaryDirectory(prefix="overshoot-fuzz-") as folder:
        while chosen.only is not None or time.monotonic() - began < chosen.seconds:
            rng = random.Random("%d:%d" % (chosen.seed, k))
            data, as_json = script(rng), rng.random() < 0.3
            if chosen.only is not None:
                sys.stdout.buffer.write(data)
            code, out, err = run(data, folder, as_json)
            what = finding(code, out, err, as_json)
            if what:
                found += 1
                print("script %d: %s%s\n%s\n%s" % (k, what, " with --json" if as_json else "", ascii(data.decode("utf-8", "replace")), ascii(err.decode("utf-8", "replace"))[-600:]), flush=True)
                if chosen.keep:
                    os.makedirs(chosen.keep, exist_ok=True)
                    with open(os.path.join(chosen.keep, "%d-%d.over" % (chosen.seed, k)), "wb") as file:
                        file.write(data)
            k += 1
            if chosen.only is not None:
                break
    seconds = time.monotonic() - began
    print("%d scripts in %.0f s (%.0f a second), %d findings" % (k - (chosen.only or 0), seconds, (k - (chosen.only or 0)) / seconds, found))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
