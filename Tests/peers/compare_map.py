#!/usr/bin/env python3
"""The map of regimes, overshoot beside hand-written C: class counts and time in the same run.

    OVERSHOOT=.build/release/overshoot python3 compare_map.py [--runs N]

Builds map.c with gcc in a temporary folder. Whole processes take turns; time is wall clock from start to exit, CPU
time is of all threads. Fails only where the counts of settled, moving and diverged cells differ by more than a
thousandth of all cells.
"""
import argparse
import json
import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

FLAGS = "-O3 -march=native -mprefer-vector-width=512 -fno-math-errno -fno-trapping-math -fopenmp".split()
MAP = "map f eta=0.005..1 x0=-2..2 steps=200 size=1000 threads=%d"


def once(command, threads):
    environment = dict(os.environ, OMP_NUM_THREADS=str(threads))
    began = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.PIPE, env=environment)
    output = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - began
    process.returncode = os.waitstatus_to_exitcode(status)  # so that Popen does not wait again
    if process.returncode:
        sys.exit("%s ended with %d" % (command[0], process.returncode))
    return seconds, usage.ru_utime + usage.ru_stime, output.decode()


def counts_of_overshoot(output):
    counts = json.loads(output.splitlines()[-1])["counts"]
    return [counts.get("stationary", 0),
            sum(n for name, n in counts.items() if name not in ("stationary", "divergent")),
            counts.get("divergent", 0)]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=7)
    runs = parser.parse_args().runs
    overshoot = os.environ.get("OVERSHOOT", ".build/release/overshoot")
    if shutil.which("gcc") is None:
        sys.exit("gcc is needed for the reference")
    with tempfile.TemporaryDirectory() as folder:
        reference = os.path.join(folder, "map")
        source = pathlib.Path(__file__).with_name("map.c")
        subprocess.run(["gcc", *FLAGS, str(source), "-o", reference, "-lm"], check=True)
        peers = [("C", [reference]),
                 ("overshoot", [overshoot, "--json", "-e", "f = x^4/4 - x^2/2 + 0.1*sin(5x)", "-e"])]
        samples, counts = {}, {}
        for round_number in range(runs + 1):
            for threads in (1, 2):
                for name, command in peers:
                    full = command + [MAP % threads] if name == "overshoot" else command
                    seconds, cpu, output = once(full, threads)
                    if round_number:  # the first round warms the file cache
                        samples.setdefault((name, threads), []).append((seconds, cpu))
                    counts[name] = counts_of_overshoot(output) if name == "overshoot" else [int(n) for n in output.split()]
    print("medians of %d alternated runs" % runs)
    print("%-10s %8s %9s %9s %9s" % ("", "threads", "wall ms", "CPU ms", "min ms"))
    wall = {}
    for (name, threads), pairs in sorted(samples.items()):
        wall[name, threads] = statistics.median(s for s, _ in pairs)
        print("%-10s %8d %9.0f %9.0f %9.0f" % (
            name, threads, 1000 * wall[name, threads], 1000 * statistics.median(c for _, c in pairs),
            1000 * min(s for s, _ in pairs)))
    for threads in (1, 2):
        print("overshoot/C, %d thread%s: %.2f" % (
            threads, "s" * (threads > 1), wall["overshoot", threads] / wall["C", threads]))
    for name, _ in peers:
        print("%s, two threads are %.2f times as fast as one" % (name, wall[name, 1] / wall[name, 2]))
    for name, _ in peers:
        print("%-10s settled %d, moving %d, diverged %d" % (name, *counts[name]))
    total = sum(counts["C"])
    worst = max(abs(a - b) for a, b in zip(counts["C"], counts["overshoot"]))
    print("largest difference %d cells, %.1e of all" % (worst, worst / total))
    sys.exit(worst > total / 1000 or sum(counts["overshoot"]) != total)


if __name__ == "__main__":
    main()
