package process

import (
	"cairn/kernel/syscall/sys"
	"cairn/kernel/task"
)

const (
	// addrNoRandomize is ADDR_NO_RANDOMIZE of personality(2).
	addrNoRandomize = 0x0040000
	// personaQuery asks for the personality without a change.
	personaQuery = 0xffffffff
)

// Personality implements personality(2).
//
// Every value is kept and inherited. ADDR_NO_RANDOMIZE has its effect; other flags and domains have none.
//
//cairn:syscall personality
func Personality(t *task.Task, persona sys.Persona) (sys.Persona, error) {
	p := &threads.Get(t).persona
	if persona == personaQuery {
		return sys.Persona(p.Load()), nil
	}
	return sys.Persona(p.Swap(uint32(persona))), nil
}
