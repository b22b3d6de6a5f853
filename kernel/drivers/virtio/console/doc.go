// Package console drives virtio console devices (VIRTIO 1.2, section 5.3): streams of
// bytes between the machine and its host, called ports.
//
// A device with many ports (VIRTIO_CONSOLE_F_MULTIPORT) names them, and each becomes a
// drivers.Channel of that name. The console port of any device, and the only port of a plain
// one, is the channel "hvc0".
//
// Output is copied into pages, which the device gets at once while it keeps up. While
// it does not, small writes gather in a page; the interrupt for an earlier page sends it.
package console
