"""A machine without /proc: a chroot or a container may have none."""

import os
import subprocess

from harness import BINARY, PATIENCE, Case, default_signals


class WithoutProcTests(Case):
    def run_without(self, *arguments, input=b""):
        script = 'mount -t tmpfs none /proc && test ! -e /proc/self && exec "$@"'
        for options in [["-m"], ["-rm"]]:
            probe = subprocess.run(["unshare", *options, "sh", "-c", script, "_", "true"], capture_output=True)
            if probe.returncode == 0:
                break
        else:
            self.skipTest("no namespace of our own: " + probe.stderr.decode(errors="replace").strip())
        result = subprocess.run(
            ["unshare", *options, "sh", "-c", script, "_", BINARY, *arguments], cwd=self.home, input=input,
            env=self.environment, capture_output=True, timeout=PATIENCE, preexec_fn=default_signals)
        return result.returncode, result.stdout.decode(), result.stderr.decode()

    def test_arguments(self):
        self.assertEqual(self.run_without("-e", "6*7"), (0, "42\n", ""))
        self.assertEqual(self.run_without("--version"), (0, "0.1.0\n", ""))
        self.assertEqual(self.run_without(self.write("s.over", "1+1\n")), (0, "2\n", ""))
        self.assertIn('"value":42', self.run_without("--json", "-e", "6*7")[1])
        self.assertEqual(self.run_without("--no-such")[0], 2)

    def test_safe(self):
        status, _, errors = self.run_without("--safe", input=b'a = 1\nsave "x.over"\n')
        self.assertEqual(status, 1)
        self.assertIn("--safe", errors)
        self.assertFalse(os.path.exists(os.path.join(self.home, "x.over")))

    def test_lessons(self):
        os.mkdir(os.path.join(self.home, "Samples"))
        self.write("Samples/1-planted.over", "planted = 1\n")
        status, output, errors = self.run_without("-e", "lesson 1")
        self.assertEqual((status, output), (1, ""))
        self.assertIn("no lessons are found", errors)
