// Package mmio is the transport of virtio devices whose registers are in memory
// (VIRTIO 1.2, section 4.2): version 2, and version 1 (legacy), which is what QEMU has
// unless told force-legacy=false.
//
// The devices are named on the kernel's command line, as Linux has it:
// virtio_mmio.device=SIZE@ADDRESS:IRQ[:ID].
package mmio
