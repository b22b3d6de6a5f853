// Package virtio is what all virtio devices have in common (Virtual I/O Device
// (VIRTIO) Version 1.2, OASIS): the negotiation of features, the split
// virtqueue, and the meeting of devices and their drivers. How a device's
// registers are reached is a transport's business (packages mmio and pci below
// this one); what its queues carry is a driver's (console, ...).
//
// The device is not trusted to be correct. What it writes into a used ring is checked
// against the driver's own records, and a queue whose device broke the rules is dead from then on:
// no request is added, none comes back.
package virtio
