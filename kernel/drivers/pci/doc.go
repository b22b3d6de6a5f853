// Package pci finds the devices on the PCI buses of the machine (PCI Local Bus Specification
// 3.0, PCI Express Base Specification 5.0) and hands them to their drivers: it reads
// configuration space through ports or memory, walks the buses, decodes base addresses and
// capabilities, and connects interrupts.
//
// Addresses are those that the firmware gave out; the package assigns none.
package pci
