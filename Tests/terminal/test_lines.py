"""Standard input is answered line by line: whoever writes it can wait for each answer."""

import json
import os
import select
import signal
import subprocess
import time

from harness import BINARY, PATIENCE, Case, start

LONG = b"descend x^2 eta=1e-12 x0=1 steps=1e9\n"


class Pipe:
    """overshoot behind two pipes that stay open."""

    def __init__(self, environment, *arguments):
        self.process = start(
            [BINARY, *arguments], env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT)

    def write(self, text):
        self.process.stdin.write(text)
        self.process.stdin.flush()

    def comes(self, seconds):
        return bool(select.select([self.process.stdout], [], [], seconds)[0])

    def read(self, end=b"\n"):
        """What comes up to `end`, while the pipe in stays open."""
        text, deadline = b"", time.monotonic() + PATIENCE
        while end not in text:
            if not self.comes(max(0, deadline - time.monotonic())):
                raise AssertionError(f"no {end!r} in {text!r}")
            piece = os.read(self.process.stdout.fileno(), 65536)
            if not piece:
                raise AssertionError(f"ended after {text!r}")
            text += piece
        return text.decode()

    def close(self):
        """Ends the input; returns the exit status."""
        self.process.stdin.close()
        return self.process.wait(PATIENCE)


class LineTests(Case):
    def pipe(self, *arguments):
        pipe = Pipe(self.environment, *arguments)
        self.addCleanup(pipe.process.stdout.close)
        self.addCleanup(pipe.process.wait)
        self.addCleanup(pipe.process.kill)
        self.addCleanup(pipe.process.stdin.close)
        return pipe

    def test_each_line_before_the_next(self):
        for arguments in [[], ["-"], ["-i", "-e", "a = 1"]]:
            with self.subTest(arguments):
                pipe = self.pipe(*arguments)
                if arguments[1:]:
                    self.assertEqual(pipe.read(), "a = 1\n")
                pipe.write(b"1+1\n")
                self.assertEqual(pipe.read(), "2\n")
                pipe.write(b"2+2\r\n")
                self.assertEqual(pipe.read(), "4\n")
                # The last line need not end.
                pipe.write(b"3+3")
                self.assertEqual(pipe.close(), 0)
                self.assertEqual(pipe.process.stdout.read(), b"6\n")

    def test_json(self):
        pipe = self.pipe("--json", "--keep-going")
        pipe.write(b"1+1\n")
        self.assertEqual(json.loads(pipe.read())["value"], 2)
        pipe.write(b"1+*\n")
        self.assertEqual(json.loads(pipe.read())["kind"], "error")
        pipe.write(b"2+2\n")
        self.assertEqual(json.loads(pipe.read())["value"], 4)
        self.assertEqual(pipe.close(), 1)

    def test_open_brackets_wait(self):
        pipe = self.pipe()
        pipe.write(b"f(x) = (x + # )\n")
        self.assertFalse(pipe.comes(0.5))
        pipe.write(b"1)\n")
        self.assertEqual(pipe.read(), "f(x) = x + 1\n")
        # Neither a comment nor a quotation opens one.
        pipe.write(b"f(1) # (\n")
        self.assertEqual(pipe.read(), "2\n")
        pipe.write(b'load "(\n')
        self.assertIn("<stdin>:4:", pipe.read())

    def test_lines_are_counted_from_the_first(self):
        pipe = self.pipe("--keep-going")
        pipe.write(b"1+1\n\n")
        pipe.read()
        pipe.write(b"(2 +\n2)\n")
        pipe.read()
        pipe.write(b"ok = 1; 1+*\n")
        self.assertIn("<stdin>:5:11: error", pipe.read(b"error"))

    def test_the_first_error_ends_it(self):
        pipe = self.pipe()
        pipe.write(b"1+*\n")
        self.assertEqual(pipe.process.wait(PATIENCE), 1)

    def test_quit_ends_it(self):
        pipe = self.pipe()
        pipe.write(b"quit\n")
        self.assertEqual(pipe.process.wait(PATIENCE), 0)

    def test_what_was_answered_survives(self):
        for arguments in [["-"], ["--json", "-"], ["-e", "6*7", "-e", LONG.decode()]]:
            with self.subTest(arguments):
                pipe = self.pipe(*arguments)
                if "-" in arguments:
                    # In one piece, so that the answer comes before the end of what was read.
                    pipe.write(b"6*7\n" + LONG)
                self.assertIn("42", pipe.read())
                pipe.process.send_signal(signal.SIGKILL)
                self.assertEqual(pipe.process.wait(PATIENCE), -signal.SIGKILL)
