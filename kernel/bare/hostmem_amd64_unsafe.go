//go:build cairn

package bare

import (
	"unsafe"

	"cairn/kernel/arch"
	"cairn/kernel/clock"
	"cairn/kernel/plat"

	"golang.org/x/sys/unix"
)

// The host calls that read or write memory of the kernel's Go runtime. Its
// pointers are trusted.

func at[T any](addr uint64) *T { return (*T)(unsafe.Pointer(uintptr(addr))) }

func load32(addr uintptr) uint32 { return *(*uint32)(unsafe.Pointer(addr)) }

func getTimespec(addr uint64) clock.Time {
	ts := at[[2]int64](addr)
	return clock.Time(ts[0]*clock.Second + ts[1])
}

func putTimespec(addr uint64, t clock.Time) {
	*at[[2]int64](addr) = [2]int64{int64(t) / clock.Second, int64(t) % clock.Second}
}

// oneCPU answers sched_getaffinity: there is one processor.
func oneCPU(size, mask uint64) int64 {
	if size < 8 {
		return -int64(unix.EINVAL)
	}
	*at[uint64](mask) = 1
	return 8
}

func getrandom(buf, n uint64) int64 {
	b := unsafe.Slice(at[byte](buf), n)
	for i := range b {
		b[i] = byte(randomWord() >> 8)
	}
	return int64(n)
}

// write takes what the runtime prints (a panic's text) and the poller's wake-ups.
func write(fd, buf, n uint64) int64 {
	switch fd {
	case fdStdout, fdStderr:
		plat.Write(unsafe.String(at[byte](buf), n))
	case fdEvent:
		poller.event = true
		wakePoller()
	}
	return int64(n)
}

func read(fd, buf, n uint64) int64 {
	if fd != fdEvent || !poller.event || n < 8 {
		return -int64(unix.EAGAIN)
	}
	poller.event = false
	*at[uint64](buf) = 1
	return 8
}

// randomState mixes what the processor offers when it has no generator.
var randomState uint64

// randomWord returns 64 bits from RDRAND, or from a mix of counter readings
// (splitmix64) where that is missing.
func randomWord() uint64 {
	if _, _, ecx, _ := arch.CPUID(1, 0); ecx>>30&1 != 0 {
		for range 10 {
			if v, ok := arch.RandomWord(); ok {
				return v
			}
		}
	}
	randomState += arch.ReadTSC()<<1 | 1
	z := randomState * 0x9e3779b97f4a7c15
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
}
