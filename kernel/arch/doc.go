// Package arch is the CPU: instructions that Go has no words for, descriptor
// tables, the trap entries, the switch to user mode, the page-table format and
// the vector state. It knows nothing of what is built on it.
//
// The package has two lives. In a kernel (build tag cairn) it drives the
// processor. On a developer's machine ("hosted", without the tag) the same API
// works on a simulated physical memory, so that everything above it can be
// tested with the ordinary go test; OnMetal tells which.
package arch
