package fdtab

import "math/bits"

// A bitmap is a set of descriptors that finds its lowest gap fast: full has a
// bit for every word of words that is all ones, so that 4,096 descriptors in
// use are passed in one step.
type bitmap struct {
	words []uint64
	full  []uint64
}

// grow makes room for n descriptors.
func (b *bitmap) grow(n int) {
	b.words = append(b.words, make([]uint64, (n+63)/64-len(b.words))...)
	b.full = append(b.full, make([]uint64, (len(b.words)+63)/64-len(b.full))...)
}

func (b *bitmap) has(i int) bool { return b.words[i/64]>>(i%64)&1 != 0 }

func (b *bitmap) set(i int) {
	w := i / 64
	b.words[w] |= 1 << (i % 64)
	if b.words[w] == ^uint64(0) {
		b.full[w/64] |= 1 << (w % 64)
	}
}

func (b *bitmap) clear(i int) {
	w := i / 64
	b.words[w] &^= 1 << (i % 64)
	b.full[w/64] &^= 1 << (w % 64)
}

// gap returns the lowest number not in the set that is at least from. It may be
// one that the bitmap has no room for yet.
func (b *bitmap) gap(from int) int {
	w := from / 64
	if w >= len(b.words) {
		return from
	}
	if free := ^b.words[w] >> (from % 64); free != 0 {
		return from + bits.TrailingZeros64(free)
	}
	for w++; w < len(b.words); w = (w/64 + 1) * 64 {
		if open := ^b.full[w/64] >> (w % 64); open != 0 {
			w += bits.TrailingZeros64(open)
			break
		}
	}
	if w >= len(b.words) {
		return len(b.words) * 64
	}
	return w*64 + bits.TrailingZeros64(^b.words[w])
}

// next returns the lowest number in the set that is at least from, or -1.
func (b *bitmap) next(from int) int {
	w := from / 64
	if w >= len(b.words) {
		return -1
	}
	if set := b.words[w] >> (from % 64); set != 0 {
		return from + bits.TrailingZeros64(set)
	}
	for w++; w < len(b.words); w++ {
		if b.words[w] != 0 {
			return w*64 + bits.TrailingZeros64(b.words[w])
		}
	}
	return -1
}

// last returns the highest number in the set, or -1.
func (b *bitmap) last() int {
	for w := len(b.words) - 1; w >= 0; w-- {
		if b.words[w] != 0 {
			return w*64 + 63 - bits.LeadingZeros64(b.words[w])
		}
	}
	return -1
}
