"""The printer that a decky is."""

import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from support import identity

from decnet_printer_models import MODELS
from decnet_printers import is_printer, printer_of
from decnet_uptime import uptime_of


class PrinterTest(unittest.TestCase):
    def test_is_the_deckys_own_and_stays(self) -> None:
        for distro in (*MODELS, "debian"):
            one, same, other = (printer_of(identity(seed, distro)) for seed in (1, 1, 2))
            self.assertEqual(one, same)
            self.assertNotEqual(one.serial, other.serial)
            self.assertNotEqual(one.uuid, other.uuid)
            self.assertEqual(one.name, other.name)

    def test_has_a_serial_number_of_its_makers_form(self) -> None:
        for seed in range(20):
            self.assertRegex(printer_of(identity(seed, "hp-m404dn")).serial, r"^[A-Z]{5}[0-9]{5}$")
            self.assertRegex(printer_of(identity(seed, "kyocera-m2540dn")).serial, r"^VR[0-9A]\d{7}$")

    def test_tells_the_same_serial_number_everywhere(self) -> None:
        printer = printer_of(identity(1, "hp-m428fdw"))
        self.assertIn(f"SN:{printer.serial},", printer.sys_descr)
        self.assertIn(f"SN:{printer.serial};", printer.device_id)

    def test_a_machine_that_is_no_printer_has_a_queue(self) -> None:
        self.assertFalse(is_printer("debian"))
        self.assertEqual(printer_of(identity()).vendor, "CUPS")


class UptimeTest(unittest.TestCase):
    def test_grows_with_the_clock_and_begins_anew_in_time(self) -> None:
        first = uptime_of(identity(1), 2e9)
        self.assertIn(uptime_of(identity(1), 2e9 + 100), (first + 100, first + 100 - 120 * 86_400))
        self.assertNotEqual(first, uptime_of(identity(2), 2e9))
        longest = max(uptime_of(identity(1), 2e9 + day * 86_400) for day in range(0, 400, 5))
        self.assertLess(longest, 120 * 86_400)


if __name__ == "__main__":
    unittest.main()
