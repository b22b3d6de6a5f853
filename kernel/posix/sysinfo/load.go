package sysinfo

import (
	"sync"

	"cairn/kernel/clock"
	"cairn/kernel/task"
)

// The load averages of getloadavg(3) are fixed-point numbers with an exponentially
// fading memory of one, five and fifteen minutes, sampled every five seconds. What
// is averaged is not Linux's number of tasks that want to run but the share of time that
// the processor was busy: it needs no timer, so that an idle machine stays asleep. The
// samples that are due are made when somebody asks.
const (
	loadShift   = 11 // fraction bits of Loads
	siLoadShift = 16 // fraction bits in struct sysinfo (SI_LOAD_SHIFT)
	loadOne     = 1 << loadShift

	loadInterval = 5 * clock.Second
	// maxSamples is after how many intervals nothing is left of an old average.
	maxSamples = 4096
)

// fade is what an average keeps of its old value at each sample:
// 2^11 * exp(-5s/1min), 5 and 15 minutes.
var fade = [3]uint64{1884, 2014, 2037}

var loads struct {
	sync.Mutex
	average [3]uint64
	sampled clock.Time
	busy    clock.Time // CPU time of all tasks at that time
}

// Loads returns the load averages over 1, 5 and 15 minutes, with 11 fraction bits.
func Loads() [3]uint64 {
	loads.Lock()
	defer loads.Unlock()
	now, busy := clock.Now(), task.Busy()
	n := (now - loads.sampled) / loadInterval
	if n > 0 {
		share := uint64(busy-loads.busy) * loadOne / uint64(now-loads.sampled)
		for range min(n, maxSamples) {
			for i := range loads.average {
				loads.average[i] = (loads.average[i]*fade[i] + share*(loadOne-fade[i])) >> loadShift
			}
		}
		loads.sampled, loads.busy = now, busy
	}
	return loads.average
}
