"""What a person at the terminal is promised: keys, prompt, history, paste, leaving.

Rows of the table of faults: T05, T10, T15, T17, T19, T20.
"""

import os
import signal
import stat
import time
import unittest

from harness import Case

PASTE, PASTE_END = "\x1b[200~", "\x1b[201~"
UP = "\x1b[A"
CTRL_D, CTRL_R = "\x04", "\x12"


class PromptTests(Case):
    def test_one_banner_line_then_the_prompt(self):
        terminal = self.terminal(ready=False)
        text = terminal.expect("∇> ")
        self.assertEqual(text.count("\n"), 1, text)

    def test_enter_answers(self):
        terminal = self.terminal()
        terminal.send("1+1\r")
        terminal.expect("2(.|\n)*∇> ")

    def test_an_error_keeps_the_session(self):
        terminal = self.terminal()
        terminal.send("1+*\r")
        terminal.expect("error(.|\n)*∇> ")
        terminal.send("quit\r")
        self.assertEqual(terminal.wait(), 0)

    def test_init_file_runs_unless_told_otherwise(self):
        self.write(".config/overshoot/init", "6*7\n")
        terminal = self.terminal(ready=False)
        terminal.expect("42(.|\n)*> ")
        terminal = self.terminal("--no-init", ready=False)
        self.assertNotIn("42", terminal.expect("leaves(.|\n)*> "))

    def test_stay_after_expressions(self):
        terminal = self.terminal("-e", "a = 21", "-i")
        terminal.send("2*a\r")
        terminal.expect("42(.|\n)*> ")


class LeavingTests(Case):
    def test_words(self):
        for word in ["quit", "exit", ":q"]:
            with self.subTest(word):
                terminal = self.terminal()
                terminal.send(word + "\r")
                self.assertEqual(terminal.wait(), 0)

    def test_words_inside_an_open_bracket(self):
        for word in ["quit", "exit", ":q"]:
            with self.subTest(word):
                terminal = self.terminal()
                terminal.send("sin(\r")
                terminal.expect(r"\.\.\.> ")
                terminal.send(word + "\r")
                self.assertEqual(terminal.wait(), 0)

    def test_ctrl_d_leaves_on_an_empty_line(self):
        terminal = self.terminal()
        terminal.send(CTRL_D)
        self.assertEqual(terminal.wait(), 0)
        self.assertTrue(terminal.raw.rstrip(b"\x1b[?2004l").endswith(b"\n"), terminal.raw[-40:])

    def test_ctrl_d_stays_on_a_line_with_text(self):
        terminal = self.terminal()
        terminal.send("6*" + CTRL_D + "7\r")
        terminal.expect("42(.|\n)*> ")

    def test_ctrl_d_leaves_inside_an_open_bracket(self):
        terminal = self.terminal()
        terminal.send("(1+\r")
        terminal.expect(r"\.\.\.> ")
        terminal.send(CTRL_D)
        self.assertEqual(terminal.wait(), 0)

    def test_hang_up(self):
        terminal = self.terminal()
        terminal.send("6*7\r")
        terminal.expect("42(.|\n)*> ")
        os.kill(terminal.pid, signal.SIGHUP)
        self.assertEqual(terminal.wait(), 129)
        self.assertIn(b"6*7\n", self.file_text(self.history))

    def test_closed_terminal(self):
        terminal = self.terminal()
        master, terminal.master = terminal.master, None
        os.close(master)
        _, status = os.waitpid(terminal.pid, 0)
        terminal.status = os.waitstatus_to_exitcode(status)
        self.assertEqual(terminal.status, 129)


class HistoryTests(Case):
    def test_up_finds_what_begins_alike(self):
        terminal = self.terminal()
        terminal.send("6*7\r")
        terminal.expect("42(.|\n)*> ")
        terminal.send("1+2\r")
        terminal.expect("3(.|\n)*> ")
        terminal.send("6" + UP + "\r")
        terminal.expect("42(.|\n)*> ")

    def test_it_survives(self):
        terminal = self.terminal()
        terminal.send("6*7\r 5*5\r1+2\r")
        terminal.expect("3\r?\n(.|\n)*> $")
        terminal.send(CTRL_D)
        terminal.wait()
        self.assertEqual(self.file_text(self.history), b"6*7\n1+2\n")
        self.assertEqual(stat.S_IMODE(os.stat(self.history).st_mode), 0o600)
        terminal = self.terminal()
        terminal.send(UP + UP + "\r")
        terminal.expect("42(.|\n)*> ")

    def test_private_even_under_umask_0(self):
        old = os.umask(0)
        try:
            terminal = self.terminal()
        finally:
            os.umask(old)
        terminal.send("6*7\r")
        terminal.expect("42(.|\n)*> ")
        self.assertEqual(stat.S_IMODE(os.stat(self.history).st_mode), 0o600)

    def test_search(self):
        terminal = self.terminal(OVERSHOOT_HISTORY=self.write("h", "6*7\n1+2\n"))
        terminal.send(CTRL_R + "6")
        terminal.expect("6.7")
        terminal.send("\r")
        terminal.expect("42(.|\n)*> ")

    def test_lines_of_one_entry_come_back_together(self):
        terminal = self.terminal(OVERSHOOT_HISTORY=self.write("h", "a = 20\\na + 22\n"))
        terminal.send(UP + "\r")
        terminal.expect("42(.|\n)*> ")

    def test_bad_files_are_left_alone(self):
        folder = os.path.join(self.home, "folder")
        os.mkdir(folder)
        fifo = os.path.join(self.home, "fifo")
        os.mkfifo(fifo)
        binary = self.write("binary", b"\x89PNG\x00\x01\xff")
        for path in [folder, fifo, binary, "/dev/zero", "/proc/nope/history"]:
            with self.subTest(path):
                terminal = self.terminal(OVERSHOOT_HISTORY=path)
                terminal.send("6*7\r")
                terminal.expect("42(.|\n)*> ")
                terminal.send("2*3\r" + CTRL_D)
                terminal.wait()
                self.assertEqual(terminal.raw.count(b"history"), 1, terminal.raw)
        self.assertEqual(self.file_text(binary), b"\x89PNG\x00\x01\xff")

    def test_only_the_end_of_a_huge_file_is_read(self):
        path = self.write("h", b"")
        with open(path, "r+b") as file:
            file.truncate(1 << 30)
            file.seek(0, os.SEEK_END)
            file.write(b"\n" + b"1+1\n" * (1 << 19) + b"6*7\n")
        terminal = self.terminal(OVERSHOOT_HISTORY=path)
        terminal.send(UP + "\r")
        terminal.expect("42(.|\n)*> ")

    def test_no_home(self):
        for home in [None, "", "relative", "/nonexistent"]:
            with self.subTest(home):
                terminal = self.terminal(HOME=home)
                terminal.send("6*7\r")
                terminal.expect("42(.|\n)*> ")
                terminal.send(CTRL_D)
                self.assertEqual(terminal.wait(), 0)
        self.assertFalse(os.path.exists("relative"))


class TabTests(Case):
    def test_one_candidate_is_inserted(self):
        terminal = self.terminal()
        terminal.send("desce\t")
        terminal.expect("nd")

    def test_several_are_listed_within_the_width(self):
        terminal = self.terminal(columns=40)
        terminal.send("s\t\t")
        text = terminal.expect("show[^\r]*\r\n(.|\n)*> s")
        for line in text.split("\r\n"):
            self.assertLessEqual(len(line), 40, line)

    def test_none_beeps(self):
        terminal = self.terminal()
        terminal.send("qqqq\t")
        terminal.expect("\x07")

    def test_eta_by_name(self):
        terminal = self.terminal()
        terminal.send("\\eta\t")
        terminal.expect("η")


class PasteTests(Case):
    def test_lines_are_one_edit(self):
        terminal = self.terminal()
        self.assertIn(b"\x1b[?2004h", terminal.raw)
        terminal.send(PASTE + "a = 20\r\nb = 22\r\na + b\r\n" + PASTE_END)
        self.assertNotIn("42", terminal.expect(r"a \+ b"))
        terminal.send("\r")
        terminal.expect("42(.|\n)*> ")
        terminal.send(CTRL_D)
        terminal.wait()
        self.assertEqual(self.file_text(self.history), b"a = 20\\nb = 22\\na + b\n")
        self.assertEqual(terminal.raw.count(b"\x1b[?2004h"), terminal.raw.count(b"\x1b[?2004l"))

    def test_control_characters_are_dropped(self):
        terminal = self.terminal()
        terminal.send(PASTE + "6\x00*\x1b\x047" + PASTE_END + "\r")
        terminal.expect("42(.|\n)*> ")

    def test_stray_markers_are_dropped(self):
        terminal = self.terminal()
        terminal.send("6" + PASTE_END + "*7\r")
        terminal.expect("42(.|\n)*> ")

    def test_a_long_paste_ends(self):
        terminal = self.terminal()
        terminal.send(PASTE + "1+" * 5000 + "1" + PASTE_END + "\r")
        terminal.expect("5001(.|\n)*> ")


class ContinuationTests(Case):
    def test_hint_once(self):
        terminal = self.terminal()
        terminal.send("(20+\r")
        terminal.expect(r"open bracket(.|\n)*\.\.\.> ")
        terminal.send("22)\r")
        terminal.expect("42(.|\n)*∇> ")
        terminal.send("(20+\r")
        self.assertNotIn("open bracket", terminal.expect(r"\.\.\.> "))
        terminal.send("1)\r" + CTRL_D)
        terminal.wait()
        self.assertEqual(self.file_text(self.history), b"(20+\\n22)\n(20+\\n1)\n")

    def test_help(self):
        terminal = self.terminal()
        terminal.send("(20+\r")
        terminal.expect(r"\.\.\.> ")
        terminal.send("help\r")
        terminal.expect(r"descend(.|\n)*\.\.\.> ")
        terminal.send("22)\r")
        terminal.expect("42(.|\n)*∇> ")


class SurroundingsTests(Case):
    def test_eta_without_a_locale(self):
        terminal = self.terminal(LANG="C", LC_ALL="C")
        terminal.send("η = 42\r")
        terminal.expect("> $")
        terminal.send("η\r")
        terminal.expect("42(.|\n)*> ")

    def test_poor_terminals_get_no_escapes(self):
        for name in ["dumb", None, "no-such-terminal"]:
            with self.subTest(name):
                terminal = self.terminal(TERM=name)
                terminal.send("6*7\r")
                terminal.expect("42(.|\n)*> ")
                terminal.send(CTRL_D)
                self.assertEqual(terminal.wait(), 0)
                self.assertNotIn(b"\x1b", terminal.raw)

    def test_no_color(self):
        terminal = self.terminal(NO_COLOR="1")
        terminal.send("1+*\r")
        terminal.expect("error(.|\n)*> ")
        self.assertNotRegex(terminal.raw, rb"\x1b\[[0-9;]*[1-9][0-9;]*m")

    def test_the_cursor_stands_right_among_wide_and_combining_characters(self):
        for text, back, shown, column in [
                # libedit draws a letter without its accent when it draws it again.
                ("ab日本c", 2, "ab日6本c", 8), ("e\u0301f", 1, "e6f", 5),
                ("η∇x", 3, "6η∇x", 4), ("日本日本", 1, "日本日6本", 10)]:
            with self.subTest(text):
                terminal = self.terminal()
                terminal.send(text)
                terminal.wait_until_read()
                terminal.send("\x1b[D" * back + "6")
                terminal.wait_until_read()
                screen = terminal.screen()
                self.assertTrue(screen.text().endswith("∇> " + shown), screen.text())
                self.assertEqual(screen.column, column)

    def test_combining_and_wide_characters(self):
        terminal = self.terminal()
        terminal.send("日本e\u0301👩\u200d🔬" + "\x08" * 7 + "6*7\r")
        terminal.expect("42(.|\n)*> ")


if __name__ == "__main__":
    unittest.main()
