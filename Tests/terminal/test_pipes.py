"""What scripts and pipes are promised: streams, exit statuses, no escapes.

Rows of the table of faults: T04, T12, T13, T14, T18, T20, T23, T24.
"""

import fcntl
import json
import os
import pty
import signal
import subprocess
import time
import unittest

from harness import BINARY, PATIENCE, Case, default_signals, start

LONG = "descend x^2 eta=1e-12 x0=1 steps=1e9"


class ExitTests(Case):
    def test_success(self):
        self.assertEqual(self.run_binary("-e", "a = 21", "-e", "2*a")[:2][0], 0)
        status, output, errors = self.run_binary(input="6*7\n")
        self.assertEqual((status, errors), (0, ""))
        self.assertIn("42", output)

    def test_file(self):
        status, output, _ = self.run_binary(self.write("s.os", "a = 21\r\n2*a\r\n"))
        self.assertEqual(status, 0)
        self.assertIn("42", output)

    def test_first_error_stops(self):
        status, output, errors = self.run_binary(input="1+*\n6*7\n")
        self.assertEqual(status, 1)
        self.assertNotIn("42", output)
        self.assertIn("<stdin>:1:", errors)

    def test_keep_going(self):
        status, output, _ = self.run_binary("--keep-going", input="1+*\n6*7\n")
        self.assertEqual(status, 1)
        self.assertIn("42", output)

    def test_usage(self):
        for arguments in [["--no-such"], ["-e"], ["--color=mauve"], ["a", "b"]]:
            with self.subTest(arguments):
                status, output, errors = self.run_binary(*arguments)
                self.assertEqual((status, output), (2, ""))
                self.assertIn("Error", errors)

    def test_help_and_version(self):
        status, output, errors = self.run_binary("--help")
        self.assertEqual((status, errors), (0, ""))
        self.assertIn("--keep-going", output)
        self.assertEqual(self.run_binary("--version"), (0, "0.1.0\n", ""))

    def test_expression_that_looks_like_an_option(self):
        status, output, _ = self.run_binary("-e", "-42", "--color=never")
        self.assertEqual(status, 0)
        self.assertRegex(output, "[-−]42")

    def test_files_that_are_none(self):
        fifo = os.path.join(self.home, "fifo")
        os.mkfifo(fifo)
        for path in [self.home, fifo, "/dev/zero", "/nonexistent"]:
            with self.subTest(path):
                status, output, errors = self.run_binary(path)
                self.assertEqual((status, output, errors.count("\n")), (1, "", 1))

    def test_interrupt(self):
        process = start(
            [BINARY, "-e", "6*7", "-e", LONG], env=self.environment, stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL)
        time.sleep(0.5)
        process.send_signal(signal.SIGINT)
        output, _ = process.communicate(timeout=PATIENCE)
        self.assertEqual(process.returncode, 130)
        self.assertIn(b"42", output)

    def test_interrupt_while_waiting_for_input(self):
        process = start([BINARY], env=self.environment, stdin=subprocess.PIPE)
        time.sleep(0.5)
        process.send_signal(signal.SIGINT)
        self.assertEqual(process.wait(timeout=PATIENCE), 130)
        process.stdin.close()


class StreamTests(Case):
    def test_full_disk(self):
        with open("/dev/full", "wb") as full:
            status, _, errors = self.run_binary("-e", "6*7", stdout=full)
        self.assertEqual(status, 74)
        self.assertEqual(errors.count("\n"), 1)

    def shell(self, command, **keywords):
        return subprocess.run(
            ["bash", "-c", command], env={**self.environment, "O": BINARY}, timeout=PATIENCE,
            capture_output=True, preexec_fn=default_signals, **keywords)

    def test_closed_output(self):
        result = self.shell('"$O" -e "6*7" >&-')
        self.assertEqual(result.returncode, 74)
        self.assertTrue(result.stderr)

    def test_closed_input(self):
        result = self.shell('"$O" <&-')
        self.assertEqual((result.returncode, result.stdout), (0, b""))

    def test_no_input(self):
        self.assertEqual(self.run_binary(stdin=subprocess.DEVNULL), (0, "", ""))

    def test_reader_that_leaves(self):
        result = self.shell('yes "6*7" | head -50000 | "$O" | head -1; echo ${PIPESTATUS[2]}')
        answer, status = result.stdout.split(b"\n")[0], result.stdout.split(b"\n")[-2]
        self.assertIn(b"42", answer)
        self.assertIn(status, [b"141", b"0"])
        self.assertEqual(result.stderr, b"")

    def test_reader_that_leaves_with_the_signal_ignored(self):
        result = self.shell(
            'trap "" PIPE; yes "6*7" 2>/dev/null | head -50000 | "$O" | head -1; '
            'echo ${PIPESTATUS[2]}')
        self.assertEqual(result.stdout.split(b"\n")[-2], b"141")
        self.assertNotIn(b"overshoot", result.stderr)

    def test_no_escapes_in_pipes(self):
        for arguments in [[], ["--color=auto"], ["--color=never"]]:
            status, output, errors = self.run_binary(*arguments, input="6*7\n1+*\n")
            self.assertNotIn("\x1b", output + errors)
            self.assertIn("error", errors)

    def test_no_prompt_in_pipes(self):
        _, output, _ = self.run_binary("-i", input="6*7\n")
        self.assertNotIn(">", output)

    def test_color_always_beats_no_color(self):
        _, output, errors = self.run_binary(
            "--color=always", input="1+*\n", environment={"NO_COLOR": "1"})
        self.assertIn("\x1b", output + errors)

    def test_json_is_alone(self):
        status, output, errors = self.run_binary("--json", "--keep-going", input="6*7\n1+*\n")
        self.assertEqual((status, errors), (1, ""))
        self.assertEqual(len([json.loads(line) for line in output.splitlines()]), 2)

    def test_ten_megabytes(self):
        status, output, errors = self.run_binary(input="1+" * 5_000_000 + "1\n", patience=300)
        self.assertIn(status, [0, 1])
        self.assertLess(len(output) + len(errors), 2000)

    def test_input_that_does_not_block(self):
        read, write = os.pipe()
        fcntl.fcntl(read, fcntl.F_SETFL, os.O_NONBLOCK)
        process = start(
            [BINARY], env=self.environment, stdin=read, stdout=subprocess.PIPE)
        os.close(read)
        time.sleep(0.5)
        with open(f"/proc/{process.pid}/stat") as file:
            ticks = sum(int(part) for part in file.read().rpartition(")")[2].split()[11:13])
        # It waits; it does not ask again and again.
        self.assertLess(ticks / os.sysconf("SC_CLK_TCK"), 0.2)
        os.write(write, b"6*7\n")
        os.close(write)
        output, _ = process.communicate(timeout=PATIENCE)
        self.assertEqual(process.returncode, 0)
        self.assertIn(b"42", output)

    def test_prompt_needs_both_terminals(self):
        master, slave = pty.openpty()
        status, output, _ = self.run_binary(input="6*7\n", stdout=slave)
        text = os.read(master, 4096)
        self.assertEqual(status, 0)
        self.assertIn(b"42", text)
        self.assertNotIn(b"> ", text)
        os.write(master, b"6*7\n\x04")
        status, output, _ = self.run_binary(stdin=slave)
        self.assertEqual(status, 0)
        self.assertIn("42", output)
        self.assertNotIn("> ", output)
        os.close(master)
        os.close(slave)


if __name__ == "__main__":
    unittest.main()
