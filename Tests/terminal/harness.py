"""A terminal and a pipe around overshoot, with the standard library only.

OVERSHOOT names the binary. Every test gets its own empty home folder.
"""

import fcntl
import os
import pty
import re
import select
import shutil
import signal
import struct
import subprocess
import tempfile
import termios
import time
import unittest

from screen import Screen

BINARY = os.path.abspath(os.environ.get("OVERSHOOT", ".build/release/overshoot"))
PATIENCE = 20.0  # seconds; generous, because tests share the machine
ESCAPES = re.compile(
    rb"\x1b\[[0-9;?>]*[A-Za-z]|\x1b[()][A-Z0-9]|\x1b[=>78]|\x1b[P\]_^][^\x07\x1b]*(\x07|\x1b\\)")
# What a terminal may be asked: its name, its attributes, whether it knows kitty's graphics.
QUESTIONS = re.compile(rb"\x1b\[>q|\x1b\[\?1;1;0S|\x1b\[c|\x1b_Gi=31[^\x1b]*\x1b\\")


def default_signals():
    """Makes every signal do what it does to a program that a person starts.

    For a child, before it becomes its program: background jobs are started with SIGINT, SIGQUIT or
    SIGHUP ignored, and hand that down.
    """
    for number in [
            signal.SIGHUP, signal.SIGINT, signal.SIGQUIT, signal.SIGTERM, signal.SIGPIPE,
            signal.SIGTSTP, signal.SIGTTIN, signal.SIGTTOU]:
        signal.signal(number, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_SETMASK, [])


def start(arguments, **keywords):
    """A program that runs beside the test."""
    return subprocess.Popen(arguments, preexec_fn=default_signals, **keywords)


class Terminal:
    """overshoot behind a pseudo-terminal."""

    def __init__(self, command, environment, columns):
        self.raw = b""
        self.mark = 0
        self.replies = {}
        self.replied = 0
        self.status = None
        self.pid, self.master = pty.fork()
        if self.pid == 0:
            default_signals()
            os.execve(command[0], command, environment)
        self.columns = columns
        self.resize(columns)

    def screen(self):
        """What 24 rows show now, at the width of the start."""
        screen = Screen(24, self.columns)
        screen.feed(self.raw.decode(errors="replace"))
        return screen

    def expect_screen(self, pattern):
        """Waits until the screen contains `pattern`; returns its text."""
        deadline = time.monotonic() + PATIENCE
        while not re.search(pattern, self.screen().text()):
            if time.monotonic() > deadline:
                raise AssertionError(f"no {pattern!r} on the screen:\n{self.screen().text()}")
            self._read(0.2)
        self.mark = len(self.raw)
        return self.screen().text()

    def ask(self, line):
        """Types a line; returns the screen when the prompt is back."""
        # A prompt that was drawn anew, as after a resize, is not the one that is waited for.
        self.mark = len(self.raw)
        self.send(line + "\r")
        self.expect("> $")
        return self.screen().text()

    def wait_until_read(self):
        """Waits until overshoot has taken every key and drawn what it draws.

        Keys reach the terminal's queue a moment after they are sent, so it must stay empty a while.
        """
        device = os.open(f"/proc/{self.pid}/fd/0", os.O_RDONLY | os.O_NOCTTY)
        quiet, deadline = 0, time.monotonic() + PATIENCE
        while quiet < 5:
            if time.monotonic() > deadline:
                raise AssertionError("keys are not read")
            waits = fcntl.ioctl(device, termios.FIONREAD, b"\0" * 4) != b"\0" * 4
            quiet = 0 if self._read(0.02) or waits else quiet + 1
        os.close(device)

    def resize(self, columns, rows=24, pixels=(0, 0)):
        fcntl.ioctl(self.master, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, *pixels))

    def send(self, text):
        data = text.encode() if isinstance(text, str) else text
        while data:
            data = data[os.write(self.master, data):]

    def _read(self, seconds):
        if not select.select([self.master], [], [], seconds)[0]:
            return False
        try:
            data = os.read(self.master, 65536)
        except OSError:
            return False
        self.raw += data
        self._reply()
        return bool(data)

    def _reply(self):
        """Answers new questions, each by the first two characters that are not its escape's."""
        while question := QUESTIONS.search(self.raw, self.replied):
            self.replied = question.end()
            for piece in self.replies.get(question.group()[1:3], []):
                self.send(piece)
                time.sleep(0.001)

    def expect(self, pattern):
        """Waits until the text since the last match contains `pattern`; returns it so far."""
        expression = re.compile(pattern.encode() if isinstance(pattern, str) else pattern)
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            text = ESCAPES.sub(b"", self.raw[self.mark:])
            if expression.search(text):
                self.mark = len(self.raw)
                return text.decode(errors="replace")
            self._read(0.2)
        text = ESCAPES.sub(b"", self.raw[self.mark:])
        raise AssertionError(f"no {pattern!r} in {text!r}")

    def wait(self):
        """Waits for the end; returns the exit status, negative for a signal."""
        deadline = time.monotonic() + PATIENCE
        while self.status is None and time.monotonic() < deadline:
            self._read(0.05)
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                self.status = os.waitstatus_to_exitcode(status)
        if self.status is None:
            raise AssertionError("overshoot did not end")
        while self._read(0):
            pass
        return self.status

    def close(self):
        if self.status is None:
            try:
                os.kill(self.pid, signal.SIGKILL)
                os.waitpid(self.pid, 0)
            except (ProcessLookupError, ChildProcessError):
                pass
        if self.master is not None:
            os.close(self.master)
            self.master = None


class Case(unittest.TestCase):
    """A test with a home folder of its own."""

    def setUp(self):
        self.home = tempfile.mkdtemp(prefix="overshoot-")
        self.addCleanup(shutil.rmtree, self.home, True)
        self.environment = {
            "HOME": self.home, "PATH": os.environ["PATH"], "TERM": "xterm", "LANG": "C.UTF-8"}
        self.history = os.path.join(self.home, ".local/state/overshoot/history")

    def terminal(self, *arguments, columns=80, ready=True, program=BINARY, **environment):
        settings = {**self.environment, **environment}
        settings = {name: value for name, value in settings.items() if value is not None}
        terminal = Terminal([program, *arguments], settings, columns)
        self.addCleanup(terminal.close)
        if ready:
            terminal.expect("leaves(.|\n)*> ")
        return terminal

    def run_binary(self, *arguments, input=b"", patience=PATIENCE, **keywords):
        """Runs without a terminal; returns (status, stdout, stderr)."""
        settings = {**self.environment, **keywords.pop("environment", {})}
        if isinstance(input, str):
            input = input.encode()
        if "stdin" not in keywords:
            keywords["input"] = input
        keywords.setdefault("stdout", subprocess.PIPE)
        result = subprocess.run(
            [BINARY, *arguments], env=settings, stderr=subprocess.PIPE, timeout=patience,
            preexec_fn=default_signals, **keywords)
        return result.returncode, (result.stdout or b"").decode(), result.stderr.decode()

    def write(self, path, text):
        path = os.path.join(self.home, path)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as file:
            file.write(text if isinstance(text, bytes) else text.encode())
        return path

    def file_text(self, path):
        with open(path, "rb") as file:
            return file.read()
