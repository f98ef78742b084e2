"""The ten moments at which newcomers got stuck in other programs; here each is only a moment.

Every test types what they typed, at 80 columns and 24 rows, and looks at the screen.
"""

import re
import time
import unittest

from harness import BINARY, Case

CTRL_C, CTRL_D = "\x03", "\x04"


class MomentTests(Case):
    def assertScreen(self, terminal, *lines):
        """The screen ends with these rows and the prompt."""
        rows = terminal.screen().text().split("\n")
        self.assertEqual(rows[-len(lines) - 1:], [*lines, "∇>"])

    def test_moment_1_the_first_line_is_answered(self):
        terminal = self.terminal()
        terminal.ask("x^2")
        self.assertScreen(
            terminal, "∇> x^2", "  x^2", "  ^", "error: unknown name x",
            "  give it a value (x = 1), or name it as a variable: f(x) = …")
        terminal.ask("f = x^2;")
        self.assertScreen(terminal, "∇> f = x^2;", "f(x) = x²")
        # As it is written elsewhere: the message says how it is written here.
        for line in ["f : x^2", "f := x^2"]:
            self.assertRegex(terminal.ask(line), r"error: (.*\n)+  a definition is written f = …")
        terminal.ask("1+1")
        self.assertScreen(terminal, "∇> 1+1", "2")

    def test_moment_2_nothing_is_asked_back(self):
        terminal = self.terminal()
        self.assertNotIn("?", terminal.ask("function f(x) x^2"))
        terminal.ask("f(x) = x^2")
        self.assertScreen(terminal, "∇> f(x) = x^2", "f(x) = x²")
        for _ in range(3):
            terminal.send(CTRL_C)
            terminal.expect("∇> $")
        terminal.ask("f(3)")
        self.assertScreen(terminal, "∇> f(3)", "9")

    def test_moment_3_errors_do_not_nest(self):
        terminal = self.terminal()
        terminal.ask("f = x^2")
        for line, words in [
                ("F(3)", "you defined f, not F"), ("f(3", None), (")", "\n9"),
                ("descned f", "did you mean descend"), ("f(3)(", None), (CTRL_C, None)]:
            terminal.send(line if line == CTRL_C else line + "\r")
            text = terminal.expect("> $")
            if words:
                self.assertIn(words, text)
                # A message is about its line alone.
                self.assertLessEqual(text.count("error:"), 1)
        self.assertTrue(terminal.screen().text().endswith("∇>"), "one Ctrl-C is enough")
        terminal.send(CTRL_D)
        self.assertEqual(terminal.wait(), 0)

    def test_moment_4_greek_letters_are_free(self):
        terminal = self.terminal()
        terminal.ask("eta = 1.2; x0=-1; f=x^2")
        self.assertScreen(
            terminal, "∇> eta = 1.2; x0=-1; f=x^2", "η = 1.2", "x0 = -1", "f(x) = x²")
        terminal.ask("η")
        self.assertScreen(terminal, "∇> η", "1.2")
        text = terminal.ask("descend steps=3")
        self.assertRegex(text, r"descend f by gd, η = 1.2 from x = -1")
        self.assertRegex(text, r" 0 +-1 +1 +2 +-4\.8 +▲ \+0\.96 +\+5\.76\n")

    def test_moment_5_unknown_names_fail_loudly(self):
        terminal = self.terminal()
        terminal.ask("f = x^2")
        for line in ["foo(3)", "foo", "3 foo", "f(foo)"]:
            terminal.ask(line)
            rows = terminal.screen().text().split("\n")
            answer = rows[len(rows) - 1 - rows[::-1].index("∇> " + line) + 1:-1]
            self.assertRegex("\n".join(answer), r"error: .*foo", line)
            self.assertFalse(re.search(r"^[-0-9.]+$", "\n".join(answer), re.M), answer)
        terminal.ask("eta = 1.2; x0 = -1")
        self.assertScreen(terminal, "∇> eta = 1.2; x0 = -1", "η = 1.2", "x0 = -1")

    def test_moment_6_integers_are_numbers_and_no_set_up_is_needed(self):
        terminal = self.terminal()
        terminal.ask("1/3")
        self.assertScreen(terminal, "∇> 1/3", "0.333333")
        terminal.ask("x^2 + 1")
        self.assertRegex(terminal.screen().text(), "f\\(x\\) = ")
        # A word that is no command is told so, and nothing is lost.
        self.assertRegex(terminal.ask("frobnicate x^2"), r"error: frobnicate is not a command")
        self.assertIn("help lists the commands", terminal.screen().text())

    def test_moment_7_powers_calls_and_products_are_as_on_the_board(self):
        terminal = self.terminal()
        terminal.ask("f = 2x^2")
        self.assertScreen(terminal, "∇> f = 2x^2", "f(x) = 2·x²")
        terminal.ask("f(3)")
        self.assertScreen(terminal, "∇> f(3)", "18")
        terminal.ask("f'(3)")
        self.assertScreen(terminal, "∇> f'(3)", "12")
        terminal.send("sin(\r")
        terminal.expect(r"\.\.\.> $")
        self.assertIn(
            "an open bracket: more lines are read; ) closes it, Ctrl-C clears, Ctrl-D leaves",
            terminal.screen().text())
        terminal.ask("pi/2)")
        self.assertScreen(terminal, "...> pi/2)", "1")

    def test_moment_8_the_way_out_works_inside_an_open_bracket(self):
        for word in ["quit", "exit", ":q"]:
            terminal = self.terminal()
            terminal.send("sin(\r")
            terminal.expect(r"\.\.\.> $")
            terminal.send(word + "\r")
            self.assertEqual(terminal.wait(), 0, word)
        terminal = self.terminal()
        terminal.send("sin(\r")
        terminal.expect(r"\.\.\.> $")
        terminal.send("help\r")
        terminal.expect(r"help NAME tells more(.|\n)*\.\.\.> $")
        terminal.send(CTRL_C)
        terminal.expect("∇> $")
        terminal.ask("1+1")
        self.assertScreen(terminal, "∇> 1+1", "2")

    def test_moment_9_leaving_leaves_and_interrupting_keeps(self):
        for word in ["quit", "exit", "q", ":q", ":quit", "quit()", "exit()", "\\q"]:
            terminal = self.terminal()
            terminal.send(word + "\r")
            self.assertEqual(terminal.wait(), 0, word)
        terminal = self.terminal()
        terminal.send(CTRL_C)
        terminal.expect(r"\^C\r\n(.|\n)*∇> $")
        terminal.ask("a = 21")
        terminal.send("descend x^2 eta=1e-12 x0=1 steps=1e12\r")
        terminal.expect("1e12\r\n")
        time.sleep(0.2)
        terminal.send(CTRL_C)
        terminal.expect(r"Stopped after \d+ steps; the rows so far are kept(.|\n)*∇> $")
        terminal.ask("2*a")
        self.assertScreen(terminal, "∇> 2*a", "42")
        # A failed line does not make leaving a failure.
        terminal.ask("1+*")
        terminal.send("quit\r")
        self.assertEqual(terminal.wait(), 0)

    def test_moment_10_homework_is_scripted_without_surprises(self):
        script = self.write("homework.over", "f = x^2\ndescend eta=1.2 x0=-1 steps=3\n")
        status, output, errors = self.run_binary(script)
        self.assertEqual((status, errors), (0, ""))
        self.assertRegex(output, r" 0 +-1 +1 +2 +-4\.8 +▲ \+0\.96 +\+5\.76\n")
        self.assertNotRegex(output, "\x1b|∇>|help|leaves")
        for statements in ["1+*\n6*7\n", "foo(3)\n6*7\n", "descend eta=1\n6*7\n"]:
            status, output, errors = self.run_binary(input=statements)
            self.assertEqual((status, output), (1, ""), statements)
            self.assertRegex(errors, r"^<stdin>:1:\d+: error: .*\n")
        status, output, errors = self.run_binary("--no-such-flag", "6*7")
        self.assertEqual((status, output), (2, ""))
        self.assertIn("--no-such-flag", errors)


if __name__ == "__main__":
    unittest.main()
