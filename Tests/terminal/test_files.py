"""What `save` promises: a file is there whole or as it was, and nothing else is touched."""

import os
import shutil
import socket
import stat
import subprocess

from harness import BINARY, PATIENCE, Case, start

# Says which folders are synced, after what was renamed or linked.
WITNESS = r"""
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdio.h>
#include <sys/stat.h>
#define SAY(...) dprintf(2, __VA_ARGS__)
int rename(const char *a, const char *b) { SAY("named\n"); return ((int (*)(const char *, const char *))dlsym(RTLD_NEXT, "rename"))(a, b); }
int link(const char *a, const char *b) { SAY("named\n"); return ((int (*)(const char *, const char *))dlsym(RTLD_NEXT, "link"))(a, b); }
int fsync(int fd) {
  struct stat s;
  fstat(fd, &s);
  SAY(S_ISDIR(s.st_mode) ? "folder\n" : "file\n");
  return ((int (*)(int))dlsym(RTLD_NEXT, "fsync"))(fd);
}
"""
NOBODY = 65534


class SaveTests(Case):
    def setUp(self):
        super().setUp()
        self.folder = os.path.join(self.home, "work")
        os.mkdir(self.folder)

    def path(self, name):
        return os.path.join(self.folder, name)

    def save(self, name, forced=True, value=1, **keywords):
        """Saves one definition; returns what was said where it failed, else nothing."""
        command = f'a = {value}\nsave{"!" if forced else ""} "{name}"\n'
        status, _, errors = self.run_binary(input=command, cwd=self.folder, **keywords)
        self.assertEqual(status != 0, bool(errors), errors)
        return errors

    def content(self, name):
        return self.file_text(self.path(name)).decode()

    def others(self, *names):
        return sorted(set(os.listdir(self.folder)) - set(names))

    def test_what_is_no_file_is_left_alone(self):
        os.mkfifo(self.path("fifo"))
        door = socket.socket(socket.AF_UNIX)
        self.addCleanup(door.close)
        door.bind(self.path("socket"))
        os.mkdir(self.path("folder"))
        names = ["fifo", "socket", "folder"]
        if os.geteuid() == 0:
            try:
                # A device of our own, never the machine's.
                os.mknod(self.path("full"), stat.S_IFCHR | 0o666, os.makedev(1, 7))
                names.append("full")
            except OSError:
                pass
        kinds = {name: stat.S_IFMT(os.stat(self.path(name)).st_mode) for name in names}
        for name in names:
            os.symlink(name, self.path("to-" + name))
            for target in [name, "to-" + name]:
                for forced in [False, True]:
                    with self.subTest(target=target, forced=forced):
                        errors = self.save(target, forced)
                        self.assertIn("it is not a regular file", errors)
                        self.assertEqual(stat.S_IFMT(os.stat(self.path(target)).st_mode), kinds[name])
        self.assertEqual(self.others(*names, *("to-" + name for name in names)), [])

    def test_no_file_of_the_user_is_taken_for_a_temporary_one(self):
        for name in ["z.over.new", "z.over~", "z.over.tmp", ".z.over.swp", "z.over.bak"]:
            self.write("work/" + name, name)
        self.assertEqual(self.save("z.over"), "")
        self.assertEqual(self.save("z.over", value=2), "")
        self.assertEqual(self.content("z.over"), "a = 2\n")
        names = self.others("z.over")
        self.assertEqual(len(names), 5)
        for name in names:
            self.assertEqual(self.content(name), name)

    def savers(self, command):
        """Many savers of one file at once; their statuses."""
        # A few writes long.
        texts = ["".join(f"a{k} = {n} # {'-' * 3000}\n" for k in range(200)) for n in range(6)]
        started = []
        for text in texts:
            process = start(
                [BINARY], env=self.environment, cwd=self.folder, stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            started.append(process)
        for process, text in zip(started, texts):
            process.stdin.write((text + command).encode())
        for process in started:
            process.stdin.close()
        statuses = [process.wait(PATIENCE * 6) for process in started]
        self.assertIn(self.content("z.over"), texts)
        self.assertEqual(self.others("z.over"), [])
        return statuses

    def test_savers_that_replace_do_not_collide(self):
        self.assertEqual(self.savers('save! "z.over"\n'), [0] * 6)

    def test_of_savers_of_a_new_file_one_is_first(self):
        self.assertEqual(sorted(self.savers('save "z.over"\n')), [0] + [1] * 5)

    def test_links_are_followed(self):
        os.mkdir(self.path("away"))
        for link, target, file in [
                ("new", "away/one", "away/one"), ("again", "new2", "away/two"), ("new2", "away/two", None),
                ("absolute", self.path("away/three"), "away/three"),
                ("away/up", "../four", None), ("chain", "away/up", "four")]:
            os.symlink(target, self.path(link))
        for link, file in [
                ("new", "away/one"), ("again", "away/two"), ("absolute", "away/three"),
                ("chain", "four")]:
            for value in [1, 2]:
                # At first there is nothing behind the link, then there is.
                with self.subTest(link=link, value=value):
                    self.assertEqual(self.save(link, value=value), "")
                    self.assertTrue(os.path.islink(self.path(link)))
                    self.assertEqual(self.content(file), f"a = {value}\n")
            self.assertIn("exists already", self.save(link, forced=False))

    def test_links_in_a_circle(self):
        os.symlink("b", self.path("a"))
        os.symlink("a", self.path("b"))
        self.assertIn("cannot write", self.save("a"))
        self.assertEqual(self.others(), ["a", "b"])

    def test_the_folder_is_synced(self):
        compiler = shutil.which("clang") or shutil.which("cc")
        if not compiler:
            self.skipTest("no C compiler makes the witness")
        source, witness = self.write("witness.c", WITNESS), os.path.join(self.home, "witness.so")
        subprocess.run([compiler, "-shared", "-fPIC", "-o", witness, source, "-ldl"], check=True)
        for forced in [False, True]:
            _, _, errors = self.run_binary(
                input=f'a = 1\nsave{"!" if forced else ""} "z.over"\n', cwd=self.folder,
                environment={"LD_PRELOAD": witness})
            self.assertEqual(errors.split(), ["file", "named", "folder"])

    def test_a_name_as_long_as_names_can_be(self):
        for name in ["n" * 255, "é" * 127 + "n"]:
            self.assertEqual(len(name.encode()), 255)
            self.assertEqual(self.save(name), "")
            self.assertEqual(self.save(name, value=2), "")
            self.assertEqual(self.content(name), "a = 2\n")
        self.assertIn("cannot write", self.save("n" * 256))

    def test_a_long_statement_is_saved_whole(self):
        long = "+".join(["1"] * 5000)
        status, _, errors = self.run_binary(
            input=f'a = {long}\nb = 2\nc = {long}\nundo\nsave "z.over"\n', cwd=self.folder)
        self.assertEqual((status, errors), (0, ""))
        self.assertEqual(self.content("z.over"), f"a = {long}\nb = 2\n")
        self.assertEqual(self.run_binary(self.path("z.over"), "-e", "a + b")[1].split()[-1], "5002")

    def test_names_that_end_early(self):
        for command in ['save "a\0b"', 'save! "a\0b"', 'load "a\0b"']:
            status, _, errors = self.run_binary(input=command + "\n", cwd=self.folder)
            self.assertEqual(status, 1)
            self.assertIn("U+0000", errors)
        self.assertEqual(self.others(), [])

    def test_modes(self):
        before = os.umask(0o077)
        try:
            self.assertEqual(self.save("new"), "")
        finally:
            os.umask(before)
        self.assertEqual(os.stat(self.path("new")).st_mode & 0o777, 0o600)
        for mode in [0o640, 0o755, 0o600]:
            os.chmod(self.path("new"), mode)
            self.assertEqual(self.save("new", value=mode), "")
            self.assertEqual(os.stat(self.path("new")).st_mode & 0o777, mode)

    def test_owners(self):
        if os.geteuid() != 0:
            self.skipTest("only root can save what is another's and leave it his")
        self.write("work/z.over", "a = 0\n")
        os.chown(self.path("z.over"), NOBODY, NOBODY)
        self.assertEqual(self.save("z.over"), "")
        self.assertEqual(os.stat(self.path("z.over")).st_uid, NOBODY)

    def test_a_file_that_may_not_be_written(self):
        path = self.write("work/z.over", "a = 0\n")
        os.chmod(path, 0o444)
        if os.geteuid() != 0:
            self.assertIn("Permission denied", self.save("z.over"))
        else:
            # Root may write everything, so somebody else tries, with a program that he can reach.
            program = shutil.copy(os.path.realpath(BINARY), os.path.join(self.home, "program"))
            for place in [self.home, self.folder, path]:
                os.chown(place, NOBODY, NOBODY)
            result = subprocess.run(
                [program, "-e", "a = 1", "-e", 'save! "z.over"'], cwd=self.folder, timeout=PATIENCE,
                env=self.environment, capture_output=True, user=NOBODY, group=NOBODY,
                extra_groups=[])
            self.assertIn(b"Permission denied", result.stderr)
        self.assertEqual(self.content("z.over"), "a = 0\n")
        self.assertEqual(self.others("z.over"), [])
