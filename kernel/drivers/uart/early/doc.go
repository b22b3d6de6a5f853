//go:build !cairn

// Package early writes to the first serial line of a PC before there is a Go runtime, and
// after it broke. It exists in kernels only.
package early
