// Package drivers is what the device drivers share: how registers are reached,
// the order in which drivers start, and the ways to power the machine off.
//
// A driver is a package below this one. It registers itself from an init
// function, so that a kernel has just the drivers that its configuration
// imports, and Start calls them.
package drivers
