"""What a person is promised about Ctrl-C, Ctrl-Z, `fg`, `&`, Ctrl-\\ and a window that changes its size.

Nothing here presses a key to get an answer to a signal: it must come by itself. Rows of the table
of faults: T02, T03, T07, T08, T09, T22.
"""

import os
import re
import signal
import time
import unittest

from harness import BINARY, Case

LONG = "descend x^2 eta=1e-12 x0=1 steps=1e12"
PASTE, PASTE_END = "\x1b[200~", "\x1b[201~"
ON, OFF = b"\x1b[?2004h", b"\x1b[?2004l"
CTRL_C, CTRL_R, CTRL_Z, CTRL_BACKSLASH = "\x03", "\x12", "\x1a", "\x1c"
CLEARED = r"\^C\r\n(.|\n)*∇> $"


class ClearingTests(Case):
    """Ctrl-C while a line is edited."""

    def clears(self, terminal):
        """The line is gone, the prompt is back, and the session goes on."""
        terminal.expect(CLEARED)
        terminal.send("6*7\r")
        self.assertNotIn("error", terminal.expect("42\r\n(.|\n)*> $"))

    def test_a_line(self):
        terminal = self.terminal()
        terminal.send("garbage(")
        terminal.expect(r"garbage\(")
        terminal.send(CTRL_C)
        self.clears(terminal)

    def test_ten_times(self):
        terminal = self.terminal()
        for _ in range(10):
            terminal.send(CTRL_C)
            terminal.expect(CLEARED)
        terminal.send("6*7\r")
        terminal.expect("42(.|\n)*> ")

    def test_at_any_moment_of_typing(self):
        terminal = self.terminal()
        for k in range(40):
            terminal.send("garbage(" * 6)
            # From before the first key is read to after the last one is drawn.
            time.sleep(k * 0.0002)
            terminal.send(CTRL_C)
            terminal.expect(CLEARED)
        terminal.send("6*7\r")
        self.assertNotIn("error", terminal.expect("42\r\n(.|\n)*> $"))

    def test_together_with_the_keys(self):
        terminal = self.terminal()
        terminal.send("garbage(" + CTRL_C)
        self.clears(terminal)

    def test_a_continuation(self):
        terminal = self.terminal()
        terminal.send("(1+\r")
        terminal.expect(r"\.\.\.> ")
        terminal.send("2+" + CTRL_C)
        self.clears(terminal)

    def test_a_search(self):
        for wait in [False, True]:
            with self.subTest(wait):
                terminal = self.terminal()
                terminal.send("1+1\r")
                terminal.expect("2(.|\n)*> ")
                terminal.send(CTRL_R + "1")
                if wait:
                    terminal.expect(r"bck:1(.|\n)*1\+1")
                terminal.send(CTRL_C)
                self.clears(terminal)

    def test_a_paste_during_a_search(self):
        terminal = self.terminal()
        terminal.send("1+1\r")
        terminal.expect("2(.|\n)*> ")
        terminal.send(CTRL_R + PASTE + "6*7" + PASTE_END + CTRL_C)
        self.clears(terminal)

    def test_the_middle_of_a_paste(self):
        terminal = self.terminal()
        terminal.send(PASTE + "a = 1\nb = 2")
        terminal.wait_until_read()
        # What the terminal still sends belongs to the paste and must not be run.
        terminal.send(CTRL_C + "\nc = 3\nd = 4\n" + PASTE_END)
        self.clears(terminal)
        for name in "abcd":
            terminal.send(name + "\r")
            terminal.expect("unknown name(.|\n)*> $")

    def test_a_paste_that_never_ends(self):
        terminal = self.terminal()
        terminal.send(PASTE + "a = 1\n")
        terminal.wait_until_read()
        terminal.send(CTRL_C)
        self.clears(terminal)

    def test_nothing_of_the_line_stays_behind_the_mark(self):
        terminal = self.terminal(columns=40)
        terminal.send("1234567890" * 9)
        terminal.wait_until_read()
        # To the first of three rows.
        terminal.send("\x01")
        terminal.wait_until_read()
        terminal.send(CTRL_C)
        terminal.expect(CLEARED)
        self.assertRegex(terminal.screen().text(), r"7890\^C\n∇>$")

    def test_a_signal_from_elsewhere(self):
        terminal = self.terminal()
        terminal.send("garbage(")
        terminal.expect(r"garbage\(")
        os.kill(terminal.pid, signal.SIGINT)
        self.clears(terminal)

    def test_ctrl_backslash_leaves_the_terminal_in_order(self):
        terminal = self.terminal()
        terminal.send("6*")
        terminal.wait_until_read()
        terminal.send(CTRL_BACKSLASH)
        self.assertEqual(terminal.wait(), 131)
        self.assertEqual(terminal.raw.count(ON), terminal.raw.count(OFF))


class ComputationTests(Case):
    """Ctrl-C in a computation: it ends, what was done is kept, the session goes on."""

    def interrupted(self, definition, command, terminal=None):
        terminal = terminal or self.terminal()
        terminal.send("a = 21; " + definition + "\r")
        terminal.expect("> $")
        terminal.send(command + "\r")
        terminal.expect(re.escape(command[-20:]) + "\r\n")
        time.sleep(0.2)
        terminal.send(CTRL_C)
        text = terminal.expect("∇> $")
        self.assertIn("^C", text)
        terminal.send("2*a\r")
        terminal.expect("42(.|\n)*> $")
        return terminal, text

    def keeps_steps(self, definition, command):
        terminal, text = self.interrupted(definition, command)
        done = int(re.search(r"Stopped after (\d+) steps; the rows so far are kept", text).group(1))
        self.assertGreater(done, 0)
        # The kept rows are at hand: the first, and the one before the last.
        self.assertIn("step 0:", terminal.ask("why 0"))
        terminal.ask("back")
        self.assertRegex(terminal.screen().text(), rf"\n *{done - 1}≈? ")
        return terminal

    def test_descend(self):
        self.keeps_steps("f = x^2", LONG.replace("x^2", "f"))

    def test_descend_in_doubles(self):
        self.keeps_steps("f = x^2", LONG.replace("x^2", "f") + " tier=double")

    def test_descend_at_several_rates(self):
        self.keeps_steps("f = x^2", "descend f eta=[1e-12, 1e-13] x0=1 steps=1e12")

    def test_descend_with_a_method(self):
        self.keeps_steps("f = x^2", "descend f eta=1e-12 x0=1 steps=1e12 method=momentum")

    def test_precise(self):
        self.keeps_steps("f = x^4/4-x^2/2", "precise eta=2 x0=0.3 steps=1e6")

    def test_why(self):
        # x/x leaves every box open: the four questions take all of their effort, about 2 s.
        _, text = self.interrupted("f = 0.1*x^2+x/x", "why eta=0.1 x0=1e-9")
        self.assertIn("stopped before the answer was found", text)

    def test_taylor(self):
        _, text = self.interrupted(
            "f = " + "*".join(f"sin({k}*x)" for k in range(1, 400)), "taylor order=30 x=0.3")
        self.assertIn("stopped before the answer was found", text)

    def test_ten_times(self):
        terminal = self.terminal()
        for _ in range(10):
            self.interrupted("f = x^2", LONG, terminal)

    def test_script(self):
        terminal = self.terminal("-e", "6*7", "-e", LONG, "-i", ready=False)
        terminal.expect("42")
        terminal.send(CTRL_C)
        self.assertEqual(terminal.wait(), 130)


class ShellTests(Case):
    """Ctrl-Z, `fg` and `&`, from a shell with job control."""

    def shell(self):
        terminal = self.terminal(
            "--norc", "--noediting", "-i", program="/bin/bash", ready=False, PS1="SH$ ", O=BINARY)
        terminal.expect(r"SH\$ $")
        return terminal

    def stop(self, terminal):
        terminal.send(CTRL_Z)
        terminal.expect(r"Stopped(.|\n)*SH\$ $")

    def wait_until_stopped(self, terminal):
        """Waits until the shell knows that its job waits for the terminal."""
        for _ in range(100):
            terminal.send("jobs\r")
            if "Stopped" in terminal.expect(r"jobs\r\n(.|\n)*SH\$ $"):
                return
            time.sleep(0.05)
        raise AssertionError("the job is not stopped")

    def test_the_half_typed_line_is_there_after_fg(self):
        terminal = self.shell()
        terminal.send('"$O"\r')
        terminal.expect("leaves(.|\n)*> $")
        terminal.send("6*")
        terminal.expect(r"6\*$")
        for _ in range(3):
            self.stop(terminal)
            self.assertEqual(terminal.raw.count(ON), terminal.raw.count(OFF))
            terminal.send("fg\r")
            terminal.expect(r'fg\r\n"\$O"\r\n(.|\n)*∇> 6\*$')
            self.assertEqual(terminal.raw.count(ON), terminal.raw.count(OFF) + 1)
        # The modes of the terminal are right: keys come one by one and are not echoed twice.
        terminal.send("7\x01")
        terminal.wait_until_read()
        self.assertTrue(terminal.screen().text().endswith("∇> 6*7"), terminal.screen().text())
        terminal.send("\r")
        terminal.expect("42\r\n(.|\n)*> $")

    def test_together_with_the_keys(self):
        terminal = self.shell()
        terminal.send('"$O"\r')
        terminal.expect("leaves(.|\n)*> $")
        for k in range(10):
            terminal.send("6*7 + (")
            time.sleep(k * 0.0003)
            self.stop(terminal)
            terminal.send("fg\r")
            # Ctrl-Z makes the terminal drop what was not read yet.
            terminal.expect(r'"\$O"\r\n(.|\n)*∇> (6(\*(7( (\+( (\()?)?)?)?)?)?)?$')
            terminal.send(CTRL_C)
            terminal.expect(CLEARED)

    def test_a_continuation(self):
        terminal = self.shell()
        terminal.send('"$O"\r')
        terminal.expect("leaves(.|\n)*> $")
        terminal.send("(20+\r")
        terminal.expect(r"\.\.\.> $")
        terminal.send("2")
        terminal.expect("2$")
        self.stop(terminal)
        terminal.send("fg\r")
        terminal.expect(r"\.\.\.> 2$")
        terminal.send("2)\r")
        terminal.expect("42\r\n(.|\n)*> $")

    def test_stopped_from_elsewhere(self):
        terminal = self.terminal()
        terminal.send("6*")
        terminal.expect(r"6\*$")
        os.kill(terminal.pid, signal.SIGSTOP)
        os.kill(terminal.pid, signal.SIGCONT)
        terminal.expect(r"∇> 6\*$")
        terminal.send("7\r")
        terminal.expect("42\r\n(.|\n)*> $")

    def test_a_computation_goes_on(self):
        terminal = self.shell()
        terminal.send('"$O"\r')
        terminal.expect("leaves(.|\n)*> $")
        terminal.send(LONG + "\r")
        terminal.expect("step [0-9]+")
        self.stop(terminal)
        terminal.send("fg\r")
        terminal.expect("step [0-9]+")
        terminal.send(CTRL_C)
        terminal.expect("kept(.|\n)*> $")
        terminal.send("6*7\r")
        terminal.expect("42\r\n(.|\n)*> $")

    def test_in_the_background_it_waits_for_the_terminal(self):
        terminal = self.shell()
        terminal.send('"$O" &\r')
        terminal.expect(r"SH\$ ")
        self.wait_until_stopped(terminal)
        terminal.send("fg\r")
        terminal.expect("∇> $")
        terminal.send("6*7\r")
        terminal.expect("42\r\n(.|\n)*> $")
        self.stop(terminal)
        terminal.send("bg\r")
        terminal.expect(r"bg\r\n(.|\n)*SH\$ ")
        self.wait_until_stopped(terminal)
        terminal.send("fg\r")
        terminal.expect(r"fg\r\n(.|\n)*∇> $")
        terminal.send("quit\r")
        terminal.expect(r"SH\$ $")


class ResizeTests(Case):
    def test_the_line_is_drawn_anew_by_itself(self):
        terminal = self.terminal()
        terminal.send("20+")
        terminal.expect(r"20\+$")
        for columns in [20, 80, 30]:
            terminal.resize(columns)
            terminal.expect(r"∇> 20\+$")
        terminal.send("22\r")
        terminal.expect("42\r\n(.|\n)*> $")

    def test_a_long_line_is_drawn_from_its_first_row(self):
        terminal = self.terminal()
        terminal.send("1234567890" * 5)
        terminal.wait_until_read()
        terminal.expect("0$")
        terminal.resize(20)
        # 53 columns are three rows of 20: the cursor is two below the first.
        terminal.expect("∇> (\\d[\r\n ]*)+$")
        self.assertIn(b"\x1b[2A\r\x1b[J", terminal.raw)

    def test_with_every_key(self):
        terminal = self.terminal()
        for k, key in enumerate("1+2*3-4/5+6*7-8*2+12345"):
            terminal.send(key)
            terminal.resize([80, 20][k % 2])
        terminal.wait_until_read()
        terminal.resize(80)
        terminal.send("\r")
        terminal.expect("12377.2\r\n(.|\n)*> $")

    def test_while_it_prints(self):
        terminal = self.terminal()
        terminal.send("descend x^2 eta=0.1 x0=1 steps=30\r")
        terminal.expect("descend x\\^2 eta=0.1 x0=1 steps=30\r\n")
        terminal.resize(20)
        terminal.expect("∇> $")
        text = terminal.ask("help rising")
        terminal.resize(80)
        terminal.send("6*7\r")
        terminal.expect("42\r\n(.|\n)*> $")

    def test_one_and_no_column(self):
        terminal = self.terminal()
        for columns in [20, 1, 0]:
            terminal.resize(columns)
            terminal.send("20+22\r")
            terminal.expect("4\\s*2\\s*\r\n(.|\n)*> ?")
        terminal.resize(80)
        terminal.send("quit\r")
        self.assertEqual(terminal.wait(), 0)


if __name__ == "__main__":
    unittest.main()
