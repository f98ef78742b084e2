"""What the harness promises whoever starts the tests."""

import signal
import subprocess

from harness import BINARY, PATIENCE, Case, start


class SignalTests(Case):
    """A background job is started with signals ignored, and so are its children."""

    def setUp(self):
        super().setUp()
        for number in [signal.SIGINT, signal.SIGHUP, signal.SIGQUIT]:
            self.addCleanup(signal.signal, number, signal.signal(number, signal.SIG_IGN))

    def test_in_a_terminal(self):
        terminal = self.terminal()
        terminal.send("garbage(\x03")
        terminal.expect(r"\^C(.|\n)*> $")
        self.assertIn("42", terminal.ask("6*7"))

    def test_in_a_pipe(self):
        process = start([BINARY], env=self.environment, stdin=subprocess.PIPE)
        with self.assertRaises(subprocess.TimeoutExpired):
            process.wait(0.5)
        process.send_signal(signal.SIGINT)
        self.assertEqual(process.wait(PATIENCE), 130)
        process.stdin.close()
