package sys

// Prot is a set of PROT_ bits. See mmap(2).
type Prot uint64

// MapFlags are the MAP_ flags of mmap(2).
type MapFlags uint64

// MremapFlags are the MREMAP_ flags of mremap(2).
type MremapFlags uint64

// MsyncFlags are the MS_ flags of msync(2).
type MsyncFlags int32

// Madvice is the MADV_ advice of madvise(2).
type Madvice int32

// MlockFlags are the MLOCK_ flags of mlock2(2).
type MlockFlags uint32

// MlockallFlags are the MCL_ flags of mlockall(2).
type MlockallFlags int32

// PkeyRights are the PKEY_ access rights of pkey_alloc(2).
type PkeyRights uint64

// MembarrierCmd is the MEMBARRIER_CMD_ of membarrier(2).
type MembarrierCmd int32

// MempolicyMode is the MPOL_ mode of set_mempolicy(2) and mbind(2).
type MempolicyMode int32

// ShmKey is a System V IPC key.
type ShmKey int32

// ShmFlags are the IPC_ and SHM_ flags and the mode of shmget(2).
type ShmFlags int32

// ShmatFlags are the SHM_ flags of shmat(2).
type ShmatFlags int32

// IpcCmd is the operation of shmctl(2), semctl(2) and msgctl(2).
type IpcCmd int32
