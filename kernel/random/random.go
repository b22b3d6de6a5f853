// Package random is the kernel's source of random bytes: a cryptographically
// strong generator (ChaCha8) seeded from the processor's when it is first asked, to which
// drivers add what they know.
package random

import (
	"encoding/binary"
	"math/rand/v2"
	"sync"

	"cairn/kernel/clock"
)

// seedSize is the size of the generator's seed in bytes.
const seedSize = 32

var source struct {
	sync.Mutex
	generator *rand.ChaCha8
}

// generator returns the generator, seeded. The source is locked.
//
// The seed comes from the runtime's generator, which the ground floor seeds with
// the processor's random numbers or, without them, with counter readings; the time of the
// first request is mixed in.
func generator() *rand.ChaCha8 {
	if source.generator == nil {
		var seed [seedSize]byte
		for i := 0; i < seedSize; i += 8 {
			binary.NativeEndian.PutUint64(seed[i:], rand.Uint64())
		}
		mix(&seed, binary.NativeEndian.AppendUint64(nil, uint64(clock.Now())))
		source.generator = rand.NewChaCha8(seed)
	}
	return source.generator
}

// mix adds the bytes to the seed, each to a place of its own as far as there are any.
func mix(seed *[seedSize]byte, b []byte) {
	for i, v := range b {
		seed[i%seedSize] ^= v
	}
}

// Read fills p with random bytes.
func Read(p []byte) {
	source.Lock()
	defer source.Unlock()
	generator().Read(p)
}

// Uint64 returns a random number.
func Uint64() uint64 {
	source.Lock()
	defer source.Unlock()
	return generator().Uint64()
}

// Add mixes bytes that are hard to guess into the source (a random number
// device, writes to /dev/urandom). It never makes the source worse.
func Add(b []byte) {
	source.Lock()
	defer source.Unlock()
	var seed [seedSize]byte
	generator().Read(seed[:])
	mix(&seed, b)
	source.generator = rand.NewChaCha8(seed)
}
