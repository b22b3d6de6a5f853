// Command toy is a kernel that checks what the boot stub hands to it, says so on
// the first serial port and resets the machine. It never starts the Go runtime.
package main

// large lands in the part of the bss that is not mapped at boot.
var large [4 << 20]byte

// small lands in the part that is.
var small [64]byte

var counter = 42

func main() {
	counter++
	large[counter]++
	small[counter]++
}
