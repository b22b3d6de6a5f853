// Package acpi reads the tables that the firmware leaves about the machine (Advanced
// Configuration and Power Interface Specification 6.5), as far as a kernel without an interpreter of
// their byte code can: where interrupts go (MADT), where PCI configuration space is (MCFG), and how to
// switch the machine off (FADT, and \_S5_ in the DSDT).
//
// The tables are not trusted to be correct: sums and lengths are checked, and what is
// wrong is left out.
package acpi
