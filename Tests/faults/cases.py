#!/usr/bin/env python3
"""Planted faults: what bad, huge and odd input gets. Every test is named after its row in the table of faults.

    OVERSHOOT=.build/release/overshoot python3 -m unittest [-v] [test_numbers.Numbers.test_N34_overflow]   (in this folder)

Values are read from --json, messages from stderr. Time limits are generous: they catch hangs and quadratic growth only.
"""
import json
import os
import re
import shutil
import signal
import subprocess
import tempfile
import threading
import time
import unittest

import resource

OVERSHOOT = os.path.abspath(os.environ.get("OVERSHOOT", ".build/release/overshoot"))
NAN = re.compile(r"(?i)(?<![a-z_])nan(?![a-z_])")
INF = re.compile(r"(?i)(?<![a-z_])inf(?![a-z_])")
COLUMN = re.compile(r"(?i)col(umn)?\.?\s*\d+|:\d+:\d+")
MINUS_ZERO = re.compile(r"(?<![\d.e])[-−]0(?![\d.])|(?<![\d.e])[-−]0\.0*(?![\d])")


class Result:
    def __init__(self, code, out, err, megabytes, seconds):
        self.code, self.raw_out, self.raw_err, self.megabytes, self.seconds = code, out, err, megabytes, seconds
        self.out, self.err = out.decode("utf-8", "replace"), err.decode("utf-8", "replace")
        self.all = self.out + self.err


@unittest.skipUnless(os.access(OVERSHOOT, os.X_OK), "no binary at OVERSHOOT")
class Case(unittest.TestCase):
    stack = None  # bytes

    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="overshoot-faults-")
        self.addCleanup(shutil.rmtree, self.folder, True)

    def run_it(self, text="", *arguments, timeout=60, environment=None, stack=None, cwd=None):
        """The binary with text on its stdin, in an empty folder which is also its HOME."""
        limit = stack or self.stack

        def prepare():
            if limit:
                resource.setrlimit(resource.RLIMIT_STACK, (limit, limit))
        env = dict(os.environ, HOME=self.folder, NO_COLOR="1", COLUMNS="200")
        env.update(environment or {})
        data = text if isinstance(text, bytes) else text.encode()
        began = time.monotonic()
        process = subprocess.Popen([OVERSHOOT, *arguments], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                   cwd=cwd or self.folder, env=env, preexec_fn=prepare)
        parts = {}

        def write():
            try:
                process.stdin.write(data)
            except (BrokenPipeError, ConnectionResetError):
                pass
            try:
                process.stdin.close()
            except OSError:
                pass

        def read(name):
            parts[name] = getattr(process, name).read()
        threads = [threading.Thread(target=write, daemon=True)] + [threading.Thread(target=read, args=(n,), daemon=True) for n in ("stdout", "stderr")]
        for t in threads:
            t.start()
        while True:
            pid, status, usage = os.wait4(process.pid, os.WNOHANG)
            seconds = time.monotonic() - began
            if pid:
                break
            if seconds > timeout:
                os.kill(process.pid, signal.SIGKILL)
                os.wait4(process.pid, 0)
                process.returncode = -signal.SIGKILL
                for t in threads:
                    t.join(5)
                process.stdout.close()
                process.stderr.close()
                self.fail("still running after %d s" % timeout)
            time.sleep(0.002)
        process.returncode = os.waitstatus_to_exitcode(status)
        for t in threads:
            t.join(30)
        process.stdout.close()
        process.stderr.close()
        result = Result(process.returncode, parts.get("stdout", b""), parts.get("stderr", b""), usage.ru_maxrss / 1024, seconds)
        self.assertGreaterEqual(result.code, 0, "killed by signal %d: %.300s" % (-result.code, result.err[-300:]))
        self.assertNotIn(result.code, (132, 134, 136, 139), "crashed")
        return result

    def answers(self, text, *arguments, ok=True, **options):
        """The objects of --json, one per statement."""
        result = self.run_it(text, "--json", *arguments, **options)
        objects = []
        for line in result.out.splitlines():
            try:
                objects.append(json.loads(line))
            except ValueError:
                self.fail("not JSON: %.200r" % line)
        if ok:
            errors = [o.get("message") for o in objects if o.get("kind") == "error"]
            self.assertFalse(errors, "%.500s" % errors)
            self.assertEqual(result.code, 0, result.err[:500])
        return objects

    def values(self, text, **options):
        return [number(o.get("value")) for o in self.answers(text, **options) if o.get("kind") == "value"]

    def value(self, text, **options):
        values = self.values(text, **options)
        self.assertTrue(values, "no value")
        return values[-1]

    def rows(self, text, **options):
        runs = [o for o in self.answers(text, **options) if o.get("kind") == "descend"]
        self.assertTrue(runs, "no answer of kind descend")
        return runs[-1]["rows"]

    def gradient(self, text, **options):
        found = [o for o in self.answers(text, **options) if o.get("kind") == "grad"]
        self.assertTrue(found, "no answer of kind grad")
        return [number(v) for v in found[-1]["gradient"]]

    def refused(self, text, *patterns, column=False, **options):
        """Exit 1, a message on stderr that has the patterns."""
        result = self.run_it(text, **options)
        self.assertEqual(result.code, 1, "exit %d; stdout %.200r stderr %.300r" % (result.code, result.out, result.err))
        self.assertTrue(result.err.strip(), "no message on stderr")
        for pattern in patterns:
            self.assertRegex(result.err[:4000], pattern)
        if column:
            self.assertRegex(result.err[:4000], COLUMN)
        return result

    def assertNoNan(self, result):
        self.assertNotRegex(result.all, NAN)


def number(v):
    return float(v) if isinstance(v, str) else v
