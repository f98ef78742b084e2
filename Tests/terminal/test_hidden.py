"""What cannot be seen does not steer a terminal: controls, bidi, zero width, line separators are spelled.

Such characters come from file names, arguments and scripts, and so reach every kind of message.
"""

import json
import os
import re
import unicodedata

from harness import Case

# Colours, a bell and a title; the same as one C1 character; an override; nothing seen; a line's end.
EVIL = "a\x1b[31m\x07\x1b]0;t\x07\u009b31m\u202e\u2066\u200b\u200d\ufeff\u2028\u2029\x7f\x08z"
SPELLED = "\\u{1b}[31m\\u{7}"


def hidden(text):
    """The characters of `text` that are not seen, newlines aside."""
    return [ascii(c) for c in text if c != "\n" and unicodedata.category(c) in ("Cc", "Cf", "Zl", "Zp")]


class PipeTests(Case):
    def check(self, *arguments, spelled=True, **keywords):
        status, output, errors = self.run_binary(*arguments, cwd=self.home, **keywords)
        self.assertEqual(hidden(output + errors), [], output + errors)
        if spelled:
            self.assertIn(SPELLED, output + errors)
        return status, output, errors

    def test_names_on_the_command_line(self):
        self.check(EVIL)
        self.check(EVIL, "--color=always", spelled=False)
        self.check(self.write(EVIL, "1+*\n"))
        os.mkdir(os.path.join(self.home, EVIL + "d"))
        self.check(EVIL + "d")

    def test_options(self):
        for arguments in [["--" + EVIL], ["--color=" + EVIL], ["a", EVIL], ["-" + EVIL]]:
            with self.subTest(ascii(arguments)):
                self.assertEqual(self.check(*arguments, spelled=False)[0], 2)

    def test_statements(self):
        for text in [
                f'save "{EVIL}"', f'save "{EVIL}"; save "{EVIL}"', f'load "{EVIL}"', f'load "./{EVIL}/x"',
                f'plot x^2 to "{EVIL}.svg"', f'plot x^2 to "{EVIL}"', f"1 + {EVIL}", f"help {EVIL}",
                f'set glyphs="{EVIL}"', f"lesson {EVIL}", f'1 + "{EVIL}"', f"x {EVIL}", f"f = x; f({EVIL})",
                f'help "{EVIL}"', f"set {EVIL}=1", f"show {EVIL}"]:
            for json_too in [[], ["--json"]]:
                with self.subTest(ascii(text), json=bool(json_too)):
                    self.check("--keep-going", *json_too, "-e", text, spelled=False)

    def test_a_file_that_was_loaded(self):
        self.write(EVIL, "1+*\n")
        self.check("-e", f'load "{EVIL}"')

    def test_json(self):
        text = "1+1 # " + EVIL + "\U000e0001\u061c\u2060"
        status, output, _ = self.check("--json", "-e", text, spelled=False)
        self.assertEqual(status, 0)
        self.assertEqual(json.loads(output)["source"], text)
        for code in ["001b", "0007", "009b", "202e", "200b", "feff", "2028", "2029", "007f", "061c"]:
            self.assertIn("\\u" + code, output)
        # Beyond 16 bits JSON writes two halves.
        self.assertIn("\\udb40\\udc01", output)

    def test_what_is_seen_stays(self):
        _, output, errors = self.run_binary(
            "-e", 'load "é日本🎯.over"', cwd=self.home)
        self.assertIn('"é日本🎯.over"', errors)


class TerminalTests(Case):
    """At the prompt only escapes of our own reach the terminal."""

    def assert_clean(self, terminal):
        text = terminal.raw.decode()
        for mark in ["\x07", "\u009b", "\u202e", "\u200b", "\u2028", "\x1b]0", "\x1b[31m\\u{7}"]:
            self.assertNotIn(mark, text)
        # A red word is ours; a red name is not.
        self.assertEqual(re.findall(r"\x1b\[31m(?!error|warning|▲)", text), [])

    def test_messages(self):
        script = self.write(EVIL, "1+*\n")
        terminal = self.terminal(script, "-i", ready=False)
        terminal.expect("> $")
        self.assert_clean(terminal)
        self.assertIn("\x1b[31merror\x1b[0m:", terminal.raw.decode())

    def test_the_init_file_and_the_history(self):
        folder = os.path.join(self.home, EVIL)
        os.makedirs(os.path.join(folder, "overshoot/init"))
        os.makedirs(os.path.join(folder, "overshoot/history"))
        terminal = self.terminal(
            ready=False, XDG_CONFIG_HOME=folder, XDG_STATE_HOME=folder)
        terminal.expect("is not read(.|\n)*> $")
        self.assertIn("no history is kept", terminal.raw.decode())
        self.assert_clean(terminal)

    def test_the_init_file_itself(self):
        folder = os.path.join(self.home, EVIL)
        self.write(EVIL + "/overshoot/init", "1+*\n")
        terminal = self.terminal(ready=False, XDG_CONFIG_HOME=folder)
        terminal.expect("init:1:(.|\n)*> $")
        self.assert_clean(terminal)
