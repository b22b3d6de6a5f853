package mem

import (
	"sync"
	"testing"
)

const testSize = 1 << 20

func TestAllocGivesEveryFrameOnce(t *testing.T) {
	InitHosted(testSize)
	seen := map[Frame]bool{}
	for free := Free(); free > 0; free = Free() {
		f, ok := Alloc(Kernel)
		if !ok || seen[f] || f%PageSize != 0 || f == 0 || uint64(f) >= testSize {
			t.Fatalf("Alloc = %#x, %v after %d frames", f, ok, len(seen))
		}
		f.Bytes()[0], f.Bytes()[PageSize-1] = 1, 2
		seen[f] = true
	}
	if _, ok := Alloc(Kernel); ok {
		t.Error("Alloc succeeds with no frame free")
	}
	for f := range seen {
		f.Put()
	}
	if got, want := Free(), uint64(len(seen))*PageSize; got != want {
		t.Errorf("Free = %d after all came back, want %d", got, want)
	}
	f, ok := AllocZero(User)
	if !ok || *f.Bytes() != [PageSize]byte{} {
		t.Errorf("AllocZero after reuse: ok %v, contents not zero", ok)
	}
}

func TestReserveIsTheKernels(t *testing.T) {
	InitHosted(testSize)
	SetReserve(5)
	for {
		if _, ok := Alloc(User); !ok {
			break
		}
	}
	if Free() != 5*PageSize || Available() != 0 {
		t.Errorf("Free = %d, Available = %d when user memory is out, want %d, 0", Free(), Available(), 5*PageSize)
	}
	for i := range 5 {
		if _, ok := Alloc(Kernel); !ok {
			t.Fatalf("kernel frame %d of the reserve refused", i)
		}
	}
	if _, ok := Alloc(Kernel); ok {
		t.Error("Alloc(Kernel) succeeds with no frame free")
	}
}

func TestCounts(t *testing.T) {
	InitHosted(testSize)
	before := Free()
	f, _ := Alloc(User)
	f.Get()
	if f.Uses() != 2 {
		t.Errorf("Uses = %d, want 2", f.Uses())
	}
	f.Put()
	if Free() != before-PageSize {
		t.Error("a frame with a user left was freed")
	}
	f.Put()
	if Free() != before {
		t.Error("a frame without users was not freed")
	}
}

func TestContiguous(t *testing.T) {
	InitHosted(testSize)
	f, ok := AllocContiguous(16)
	if !ok {
		t.Fatal("no 16 frames in an empty memory")
	}
	for i := range Frame(16) {
		if (f + i*PageSize).Uses() != 1 {
			t.Errorf("frame %d has %d users, want 1", i, (f + i*PageSize).Uses())
		}
	}
	if _, ok := AllocContiguous(testSize); ok {
		t.Error("AllocContiguous gives more than there is")
	}
}

func TestInitRefusesTooLittle(t *testing.T) {
	InitHosted(testSize)
	if Init([]Range{{0x1000, 0x2000}}, nil) {
		t.Error("Init succeeds in one frame")
	}
}

func TestAllocConcurrently(t *testing.T) {
	InitHosted(testSize)
	before := Free()
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for range 2000 {
				if f, ok := Alloc(User); ok {
					f.Words()[1]++
					f.Put()
				}
			}
		})
	}
	wg.Wait()
	if Free() != before {
		t.Errorf("Free = %d, want %d", Free(), before)
	}
}
