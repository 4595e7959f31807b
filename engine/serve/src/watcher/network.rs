//! File systems that do not tell of changes which another machine makes.

use std::path::Path;

/// What kind of file system a folder lies on, if it is one of these.
#[cfg(target_os = "linux")]
pub(super) fn kind(folder: &Path) -> Option<&'static str> {
    let magic = rustix::fs::statfs(folder).ok()?.f_type;
    KINDS
        .iter()
        .find(|(known, _)| u64::try_from(magic).is_ok_and(|magic| magic & 0xffff_ffff == *known))
        .map(|(_, kind)| *kind)
}

/// Elsewhere it is not known.
#[cfg(not(target_os = "linux"))]
pub(super) fn kind(_folder: &Path) -> Option<&'static str> {
    None
}

/// As `statfs(2)` numbers them.
#[cfg(target_os = "linux")]
const KINDS: &[(u64, &str)] = &[
    (0x6969, "a network file system (NFS)"),
    (0x517b, "a network file system (SMB)"),
    (0xff53_4d42, "a network file system (SMB)"),
    (0xfe53_4d42, "a network file system (SMB)"),
    (0x0102_1997, "a folder of another system (9P)"),
    (0x786f_4256, "a folder of another system (VirtualBox)"),
    (0x00c3_6400, "a network file system (Ceph)"),
    (0x5346_414f, "a network file system (AFS)"),
    (0x0bd0_0bd0, "a network file system (Lustre)"),
    (0x7461_636f, "a file system of a cluster (OCFS2)"),
    (0x0116_1970, "a file system of a cluster (GFS2)"),
    (0xbacb_acbc, "a folder of another system (VMware)"),
    (0x7c7c_6673, "a folder of another system (Parallels)"),
    (0x6573_5546, "a file system of a program (FUSE)"),
];
