package main

import "fmt"

const (
	// defaultMemory is what a machine gets when that is enough.
	defaultMemory = 64 << 20

	// minFree is the least that must be left beside the kernel image and the
	// initial file system: for the kernel's heap and page tables, and a
	// small program.
	minFree = 4 << 20

	// goodFree is what is left when the size is chosen automatically.
	goodFree = 48 << 20

	// granule is what sizes are rounded up to.
	granule = 1 << 20
)

// chooseMemory returns the machine's memory in bytes. The kernel image reaches
// up to imageEnd, and the initial file system has initrd bytes; asked is what
// the user wants, 0 to choose.
func chooseMemory(asked, imageEnd, initrd uint64) (uint64, error) {
	used := imageEnd + initrd
	if asked == 0 {
		return max(defaultMemory, roundUp(used+goodFree)), nil
	}
	if least := roundUp(used + minFree); asked < least {
		return 0, fmt.Errorf("--memory %s is too little: the kernel (%s) and the root file system (%s) need at least %s",
			formatSize(asked), formatSize(roundUp(imageEnd)), formatSize(roundUp(initrd)), formatSize(least))
	}
	return asked, nil
}

func roundUp(n uint64) uint64 { return (n + granule - 1) &^ (granule - 1) }
