"""--safe: statements neither read nor write files, and no history is kept or read."""

import os

from harness import Case

UP = "\x1b[A"


class SafeTests(Case):
    def test_statements(self):
        self.write("x.over", "b = 7\n")
        for text in [
                'load "x.over"', 'save "y.over"', 'save! "x.over"', 'plot x^2 to "y.svg"',
                'plot! x^2 to "x.over"', 'load "/dev/null"', 'load "/nonexistent"',
                'map x^2 to "y.png"']:
            with self.subTest(text):
                status, output, errors = self.run_binary("--safe", "-e", text, cwd=self.home)
                self.assertEqual((status, output), (1, ""))
                self.assertIn("--safe: nothing is", errors)
                # Neither does it tell which files there are.
                self.assertNotIn("No such file", errors)
        self.assertEqual(os.listdir(self.home), ["x.over"])

    def test_what_the_caller_names_is_read(self):
        path = self.write("x.over", "b = 7\n")
        self.assertEqual(self.run_binary("--safe", path)[:2], (0, "b = 7\n"))

    def test_a_script_cannot_load(self):
        self.write("y.over", "b = 7\n")
        path = self.write("x.over", 'load "y.over"\n')
        status, output, errors = self.run_binary("--safe", path, cwd=self.home)
        self.assertEqual((status, output), (1, ""))
        self.assertIn("nothing is read", errors)

    def test_history(self):
        self.write(".local/state/overshoot/history", "secret = 1\n")
        terminal = self.terminal("--safe")
        terminal.ask("6*7")
        terminal.send(UP)
        terminal.wait_until_read()
        # What was typed in this session the arrows find.
        self.assertRegex(terminal.screen().text(), r"∇> 6\*7$")
        terminal.send(UP)
        terminal.wait_until_read()
        self.assertNotIn(b"secret", terminal.raw)
        terminal.send("\x15quit\r")
        self.assertEqual(terminal.wait(), 0)
        self.assertEqual(self.file_text(self.history), b"secret = 1\n")

    def test_no_history_is_begun(self):
        terminal = self.terminal("--safe")
        terminal.ask("6*7")
        terminal.send("quit\r")
        self.assertEqual(terminal.wait(), 0)
        self.assertEqual(os.listdir(self.home), [])

    def test_help_says_so(self):
        self.assertIn("neither read nor write files", self.run_binary("--help")[1].replace("\n", " "))
