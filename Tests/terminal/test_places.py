"""Where the program keeps and finds what is its own: history, lessons, the init file."""

import os
import shutil
import subprocess

from harness import BINARY, PATIENCE, Case


class HistoryTests(Case):
    def test_an_old_file_becomes_private(self):
        for quit in ["quit\r", "6*7\r"]:
            path = self.write(".local/state/overshoot/history", "1+1\n")
            os.chmod(path, 0o644)
            terminal = self.terminal()
            terminal.send(quit)
            if quit != "quit\r":
                terminal.expect("42(.|\n)*> $")
            self.assertEqual(os.stat(path).st_mode & 0o777, 0o600)
            terminal.send("quit\r")
            self.assertEqual(terminal.wait(), 0)


class LessonTests(Case):
    """Lessons are run, so they come from where the program comes from, never from where one stands."""

    def plant(self, *folders):
        for folder in folders:
            self.write(os.path.join(folder, "Samples/1-planted.over"), "planted = 1\n")

    def lessons(self, program, cwd):
        result = subprocess.run(
            [program, "-e", "lesson 1"], cwd=os.path.join(self.home, cwd), env=self.environment,
            capture_output=True, timeout=PATIENCE)
        return (result.stdout + result.stderr).decode()

    def copy(self, path):
        """The program, installed elsewhere."""
        path = os.path.join(self.home, path)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        shutil.copy(os.path.realpath(BINARY), path)
        return path

    def test_not_from_the_current_folder(self):
        self.plant("")
        self.assertNotIn("planted", self.lessons(BINARY, ""))

    def test_not_from_above_the_program(self):
        program = self.copy("a/b/c/overshoot")
        self.plant("", "a", "a/b", "a/b/c", "a/share/overshoot", "a/b/share/overshoot")
        for cwd in ["", "a", "a/b/c"]:
            text = self.lessons(program, cwd)
            self.assertNotIn("planted", text)
            self.assertIn("no lessons are found", text)

    def test_where_it_is_installed(self):
        program = self.copy("prefix/bin/overshoot")
        self.plant("prefix/share/overshoot", "")
        self.assertIn("planted = 1", self.lessons(program, "prefix"))
        link = os.path.join(self.home, "link")
        os.symlink(program, link)
        self.assertIn("planted = 1", self.lessons(link, ""))

    def test_in_the_source_tree(self):
        program = self.copy("tree/.build/x86_64/release/overshoot")
        self.plant("tree")
        self.assertIn("planted = 1", self.lessons(program, ""))


class InitTests(Case):
    def test_help_tells_where_it_is(self):
        status, output, _ = self.run_binary("-e", "help files")
        self.assertEqual(status, 0)
        words = " ".join(output.split())
        self.assertIn("~/.config/overshoot/init", words)
        self.assertIn("~/.local/state/overshoot/history", words)
        self.assertIn("--no-init", words)
