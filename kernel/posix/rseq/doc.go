// Package rseq is restartable sequences, rseq(2), and membarrier(2).
package rseq

//go:generate go run cairn/tools/sysgen
