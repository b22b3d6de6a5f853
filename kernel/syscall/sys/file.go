package sys

// OpenFlags are the access mode and the O_ flags of open(2).
type OpenFlags int32

// OpenMode is the mode argument of open(2). It is printed only if the flags
// before it create a file.
type OpenMode uint32

// Mode is a set of permission bits, as for chmod(2).
type Mode uint32

// FileMode is a file type and permission bits, as for mknod(2).
type FileMode uint32

// Dev is a device number, a dev_t.
type Dev uint64

// Whence is the origin of a seek: SEEK_SET, SEEK_CUR, SEEK_END, SEEK_DATA or
// SEEK_HOLE. See lseek(2).
type Whence int32

// AccessMode is what access(2) asks for: F_OK, or R_OK, W_OK and X_OK.
type AccessMode int32

// AtFlags are the AT_ flags of fstatat(2), fchownat(2), linkat(2),
// utimensat(2), execveat(2), statx(2) and their like.
type AtFlags int32

// UnlinkFlags are the AT_ flags of unlinkat(2): AT_REMOVEDIR.
type UnlinkFlags int32

// AccessFlags are the AT_ flags of faccessat2(2). AT_EACCESS is one.
type AccessFlags int32

// RenameFlags are the RENAME_ flags of renameat2(2).
type RenameFlags uint32

// PipeFlags are the O_ flags of pipe2(2).
type PipeFlags int32

// DupFlags are the O_ flags of dup3(2): O_CLOEXEC.
type DupFlags int32

// OutFDPair is the address of two descriptors that the call writes, as for
// pipe(2) and socketpair(2).
type OutFDPair Addr

// CloseRangeFlags are the CLOSE_RANGE_ flags of close_range(2).
type CloseRangeFlags uint32

// IoctlCmd is the request of ioctl(2).
type IoctlCmd uint32

// IoctlArg is the third argument of ioctl(2). Its meaning depends on the
// [IoctlCmd] before it.
type IoctlArg uint64

// FcntlCmd is the operation of fcntl(2).
type FcntlCmd int32

// FcntlArg is the third argument of fcntl(2). Its meaning depends on the
// [FcntlCmd] before it.
type FcntlArg uint64

// FlockOp is the operation of flock(2).
type FlockOp int32

// FallocateMode is the set of FALLOC_FL_ flags of fallocate(2).
type FallocateMode int32

// Fadvice is the POSIX_FADV_ advice of posix_fadvise(2).
type Fadvice int32

// SyncRangeFlags are the SYNC_FILE_RANGE_ flags of sync_file_range(2).
type SyncRangeFlags uint32

// SpliceFlags are the SPLICE_F_ flags of splice(2), tee(2) and vmsplice(2).
type SpliceFlags uint32

// RWFlags are the RWF_ flags of preadv2(2) and pwritev2(2).
type RWFlags int32

// InOutOff is the address of an off_t that the call reads and moves on, as
// for sendfile(2).
type InOutOff Addr

// IoVec is the address of struct iovec elements whose bytes the call reads.
// The next argument says how many elements there are.
type IoVec Addr

// OutIoVec is the address of struct iovec elements whose bytes the call
// writes. The next argument says how many elements there are.
type OutIoVec Addr

// OutStat is the address of a struct stat that the call writes.
type OutStat Addr

// OutStatfs is the address of a struct statfs that the call writes.
type OutStatfs Addr

// OutStatx is the address of a struct statx that the call writes.
type OutStatx Addr

// StatxMask is the set of STATX_ fields that statx(2) is asked for.
type StatxMask uint32

// OutDents is the address of directory entries that the call writes, as for
// getdents64(2).
type OutDents Addr

// OpenHow is the address of a struct open_how. See openat2(2).
type OpenHow Addr

// XattrFlags are the XATTR_ flags of setxattr(2).
type XattrFlags int32

// MountFlags are the MS_ flags of mount(2).
type MountFlags uint64

// UmountFlags are the MNT_ and UMOUNT_ flags of umount2(2).
type UmountFlags int32

// InotifyFlags are the IN_ flags of inotify_init1(2).
type InotifyFlags int32

// InotifyMask is the set of IN_ events of inotify_add_watch(2).
type InotifyMask uint32

// MemfdFlags are the MFD_ flags of memfd_create(2).
type MemfdFlags uint32

// Length is what a file's length is to be, as for truncate(2). It is printed
// without a sign.
type Length int64

// OffHigh is the high half of the offset before it, as preadv2(2) has it on every
// architecture. It is not printed: on 64-bit machines it says nothing.
type OffHigh uint64

// Utimbuf is the address of a struct utimbuf. See utime(2).
type Utimbuf Addr

// MountData is the address of the data of mount(2): a string, for all file
// systems that matter.
type MountData Addr
