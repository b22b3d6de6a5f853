// Package virtiotest is a software model of virtio devices, for tests on a developer's
// machine: registers as virtio-mmio has them, rings in simulated memory that are really
// processed, and a console with named ports.
//
// The model reads the rings by the letter of the specification and with code of its own, so
// that it does not share the driver's mistakes.
package virtiotest
