package strace

func outUtsname(p *printer, i int) {
	const field = 65
	p.structure(p.arg(i), 6*field, func(d data) {
		p.str("{sysname=")
		p.paddedString(d[:field])
		p.field("nodename")
		p.paddedString(d[field : 2*field])
		p.str(", ...}")
	})
}

func outSysinfo(p *printer, i int) {
	p.structure(p.arg(i), 112, func(d data) {
		p.str("{uptime=")
		p.int(d.i64(0))
		p.str(", loads=[")
		for j := range 3 {
			if j > 0 {
				p.str(", ")
			}
			p.uint(d.u64(8 + 8*j))
		}
		p.byte(']')
		for j, name := range []string{"totalram", "freeram", "sharedram", "bufferram", "totalswap", "freeswap"} {
			p.uintField(name, d.u64(32+8*j))
		}
		p.uintField("procs", uint64(d.u16(80)))
		p.uintField("totalhigh", d.u64(88))
		p.uintField("freehigh", d.u64(96))
		p.uintField("mem_unit", uint64(d.u32(104)))
		p.byte('}')
	})
}
