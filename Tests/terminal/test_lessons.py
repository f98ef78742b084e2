"""Lessons at the prompt: each line stands there as if typed, and every key keeps its meaning."""

import os
import signal
import time
import unittest

from harness import Case

CTRL_C, CTRL_D, CTRL_U, LEFT, UP = "\x03", "\x04", "\x15", "\x1b[D", "\x1b[A"
FIRST = "f = x^2"
SECOND = "descend f eta=0.8 x0=-1 steps=3"
THIRD = "descend f eta=1.2 x0=-1 steps=3"


class LessonTests(Case):
    def lesson(self, command="lesson 2", offered=FIRST, **settings):
        """A terminal where a lesson has begun."""
        terminal = self.terminal(**settings)
        terminal.send(command + "\r")
        terminal.expect_screen(self.ends(offered))
        return terminal

    @staticmethod
    def ends(line):
        """A screen that ends with the prompt and a line, however it is wrapped."""
        escaped = "".join(("\\" + c if not c.isalnum() else c) + r"\n?" for c in line)
        return r"∇> " + escaped + r"\s*\Z"

    def press(self, terminal, keys, line):
        """Sends keys; waits until the screen ends with `line` at the prompt; returns the screen."""
        terminal.send(keys)
        terminal.wait_until_read()
        return terminal.expect_screen(self.ends(line))

    def test_enter_runs_line_after_line(self):
        terminal = self.lesson()
        self.assertIn("[line 1 of 9. Enter runs it, changed or not.", terminal.screen().text())
        text = self.press(terminal, "\r", SECOND)
        self.assertIn("∇> f = x^2\nf(x) = x²\n", text)
        self.assertIn("Overshooting is not diverging.\n[line 2 of 9]\n∇> " + SECOND, text)
        for number in range(3, 10):
            terminal.send("\r")
            terminal.expect(f"line {number} of 9")
            terminal.wait_until_read()
        terminal.send("\r")
        self.assertIn("Next: lesson 3", terminal.expect(r"End of the lesson(.|\n)*∇> $"))
        self.assertTrue(terminal.screen().text().endswith("\n∇>"))

    def test_a_line_may_be_changed(self):
        terminal = self.lesson()
        text = self.press(terminal, " + 1\r", SECOND)
        self.assertIn("∇> f = x^2 + 1\nf(x) = x² + 1\n", text)
        # What was run is in the history, the change included; what was only offered is not.
        terminal.send(CTRL_C)
        terminal.expect("lesson 2 line=2(.|\n)*∇> $")
        terminal.send(UP)
        terminal.wait_until_read()
        self.assertTrue(terminal.screen().text().endswith("∇> f = x^2 + 1"))
        terminal.send(CTRL_U + CTRL_D)
        self.assertEqual(terminal.wait(), 0)
        self.assertEqual(self.file_text(self.history), b"lesson 2\nf = x^2 + 1\n")

    def test_something_else_comes_first(self):
        terminal = self.lesson()
        for other, answer in [
                ("1+1", "\n2\n"), ("nonsense(", None), (CTRL_C, None), ("undo", "nothing to take back"),
                ("lesson 99", "there is no lesson 99"), ("f", "unknown name f")]:
            if other == "nonsense(":
                terminal.send(CTRL_U + other + "\r")
                terminal.expect(r"\.\.\.> $")
                continue
            text = self.press(terminal, other if other == CTRL_C else CTRL_U + other + "\r", FIRST)
            if answer:
                self.assertIn(answer, text)
        self.press(terminal, "\r", SECOND)

    def test_ctrl_c_and_a_word_end_it(self):
        for keys in [CTRL_C, CTRL_U + "lesson stop\r", "abc" + CTRL_C]:
            terminal = self.lesson()
            terminal.send(keys)
            text = terminal.expect(r"To go on there: lesson 2 line=1\s+∇> $")
            self.assertIn("The lesson ends at line 1 of 9.", text)
            self.assertTrue(terminal.screen().text().endswith("\n∇>"))
            self.assertIn("\n2\n", terminal.ask("1+1"))

    def test_ctrl_c_in_a_computation_keeps_the_lesson(self):
        terminal = self.lesson()
        terminal.send(CTRL_U + "descend x^2 eta=0.000001 x0=1 steps=1000000000000000\r")
        terminal.expect("step ")
        terminal.send(CTRL_C)
        self.press(terminal, "", FIRST)

    def test_ctrl_d_leaves_from_an_untouched_line_and_deletes_in_a_touched_one(self):
        terminal = self.lesson()
        terminal.send(CTRL_D)
        self.assertEqual(terminal.wait(), 0)
        terminal = self.lesson()
        self.press(terminal, LEFT + CTRL_D, "f = x^")
        self.press(terminal, CTRL_D, "f = x^")
        self.press(terminal, "4\r", SECOND)

    def test_an_empty_line_is_no_step(self):
        terminal = self.lesson()
        self.press(terminal, "\r", SECOND)
        self.press(terminal, "\r", THIRD)
        self.assertIn("\n 4   -0.1296", self.press(terminal, CTRL_U + "step\r", THIRD))
        text = self.press(terminal, CTRL_U + "\r", THIRD)
        self.assertIn("[line 3 of 9]\n∇>\n[line 3 of 9]\n", text)
        # Without the lesson it is one again.
        terminal.send(CTRL_C)
        terminal.expect("line=3(.|\n)*∇> $")
        self.assertIn("\n 5    0.07776", terminal.ask(""))

    def test_what_is_typed_ahead_runs_no_line_unseen(self):
        terminal = self.lesson()
        # All of it waits before the first line is done.
        os.kill(terminal.pid, signal.SIGSTOP)
        terminal.send(CTRL_U + "1+1\r\r2+")
        time.sleep(0.2)
        os.kill(terminal.pid, signal.SIGCONT)
        text = self.press(terminal, "", "2+")
        self.assertIn("\n2\n[line 1 of 9]\n", text)
        self.assertNotIn("f(x) = x²", text)
        text = self.press(terminal, "2\r", FIRST)
        self.assertIn("2+2\n4\n", text)

    def test_a_block_pasted_replaces_what_is_offered(self):
        terminal = self.lesson()
        text = self.press(terminal, "\x1b[200~1+1\n2+2\n\x1b[201~\r", FIRST)
        self.assertIn("2\n4\n", text)
        self.press(terminal, "\x1b[200~ + 3\x1b[201~", "f = x^2 + 3")
        text = self.press(terminal, "\r", SECOND)
        self.assertIn("f(x) = x² + 3", text)

    def test_narrow_and_resized_windows_show_the_line(self):
        terminal = self.lesson(columns=40)
        self.press(terminal, "\r", SECOND)
        self.assertTrue(all(len(row) <= 40 for row in terminal.screen().text().split("\n")))
        terminal.columns = 30
        terminal.resize(30)
        terminal.wait_until_read()
        terminal.send(" tol=1\r")
        self.assertIn("descend f by gd", terminal.expect(r"descend f by gd(.|\n)*line 3 of 9"))

    def test_a_plain_terminal_shows_the_lines_too(self):
        terminal = self.terminal(TERM="dumb")
        terminal.send("lesson 2\r")
        terminal.expect(r"line 1 of 9(.|\n)*> f = x\^2$")
        terminal.send("\r")
        terminal.expect(r"f\(x\) = x²(.|\n)*line 2 of 9(.|\n)*steps=3$")

    def test_scripts_run_a_lesson_whole(self):
        script = self.write("begin.over", "lesson 2\n")
        terminal = self.terminal()
        text = terminal.ask(f'load "{script}"')
        self.assertNotIn("[line", text)
        self.assertTrue(text.endswith("\n∇>"))
        for arguments, text in [(["-e", "lesson 2"], ""), ([script], ""), ([], "lesson 2\n")]:
            status, out, err = self.run_binary(*arguments, input=text)
            self.assertEqual((status, err), (0, ""))
            self.assertEqual(out.count("∇> "), 9)
            self.assertNotIn("[line", out)

    def test_json_runs_a_lesson_whole(self):
        terminal = self.terminal("--json", ready=False)
        terminal.expect("∇> $")
        terminal.send("lesson 2\r")
        text = terminal.expect(r'"kind":"descend"(.|\n)*∇> $')
        self.assertNotIn("[line", text)


class ContinuationTests(Case):
    HINT = "still inside a bracket; ) closes it, Ctrl-C clears, Ctrl-D leaves"

    def opened(self, line="sin("):
        terminal = self.terminal()
        terminal.send(line + "\r")
        terminal.expect(r"more lines are read(.|\n)*\.\.\.> $")
        return terminal

    def test_who_is_stuck_is_told_the_way_out_each_time(self):
        terminal = self.opened()
        for line in ["", "descend eta=0.1 x0=1", "f = x^2", "help", ""]:
            terminal.send(line + "\r")
            text = terminal.expect(r"still inside a bracket(.|\n)*\.\.\.> $")
            self.assertIn(self.HINT, text, line)
        terminal.send(CTRL_C)
        terminal.expect("∇> $")
        self.assertIn("\n2\n", terminal.ask("1+1"))

    def test_who_goes_on_is_not_nagged(self):
        terminal = self.opened("max(")
        for line in ["1,", "2", "+ 1,", "# three", "4"]:
            terminal.send(line + "\r")
            self.assertNotIn("bracket", terminal.expect(r"\.\.\.> $"))
        self.assertNotIn("bracket", terminal.ask(")").split("...> )")[-1])

    def test_the_bracket_that_is_missing_is_named(self):
        terminal = self.opened("w = [1,")
        self.assertIn("] closes it", terminal.screen().text())

    def test_every_word_for_leaving_leaves(self):
        for word in ["quit()", "exit()", "\\q", ":quit"]:
            terminal = self.opened()
            terminal.send(word + "\r")
            self.assertEqual(terminal.wait(), 0, word)


if __name__ == "__main__":
    unittest.main()
