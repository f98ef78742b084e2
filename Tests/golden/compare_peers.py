#!/usr/bin/env python3
"""Start-up time and memory of whole processes, overshoot beside its peers; asserts nothing.

    OVERSHOOT=.build/release/overshoot python3 compare_peers.py [--runs N]

The programs take turns, so that a busy moment of the machine meets all of them. Time is wall clock from start to
exit; memory is the peak resident set from os.wait4. Programs that are not installed are left out.
"""
import argparse
import os
import shutil
import statistics
import subprocess
import time


def once(command, text):
    began = time.perf_counter()
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        process.stdin.write(text)
        process.stdin.close()
    except BrokenPipeError:
        pass
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - began
    process.returncode = os.waitstatus_to_exitcode(status)  # so that Popen does not wait again
    return seconds, usage.ru_maxrss / 1024, process.returncode


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=21)
    runs = max(15, parser.parse_args().runs)
    overshoot = os.environ.get("OVERSHOOT", ".build/release/overshoot")
    peers = [("overshoot -e 1+1", [overshoot, "-e", "1+1"], b""),
             ("gp -qf", ["gp", "-qf"], b"1+1\n"),
             ("python3 -c import sympy", ["python3", "-c", "import sympy"], b"")]
    for name, command, _ in list(peers):
        if shutil.which(command[0]) is None:
            print("left out, not found: " + name)
            peers = [p for p in peers if p[0] != name]
    if not peers:
        return
    samples = {name: [] for name, _, _ in peers}
    for round_number in range(runs + 1):
        order = peers if round_number % 2 else peers[::-1]
        for name, command, text in order:
            sample = once(command, text)
            if round_number:  # the first round warms the file cache
                samples[name].append(sample)
    print("medians of %d alternated runs" % runs)
    print("%-26s %10s %10s %10s %9s %9s" % ("", "ms", "min ms", "peak MB", "time", "memory"))
    first = None
    for name, _, _ in peers:
        milliseconds = [1000 * s for s, _, _ in samples[name]]
        median, memory = statistics.median(milliseconds), statistics.median(m for _, m, _ in samples[name])
        first = first or (median, memory)
        codes = sorted({c for _, _, c in samples[name] if c})
        print("%-26s %10.2f %10.2f %10.1f %8.2fx %8.2fx%s" % (
            name, median, min(milliseconds), memory, median / first[0], memory / first[1], "  exit codes %s" % codes if codes else ""))
    print("time and memory are ratios to %s" % peers[0][0])


if __name__ == "__main__":
    main()
