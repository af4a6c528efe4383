//! What the systems' own tools for signing write into an executable. It changes the hash, so `ssc audit --verify` has to
//! tell a signature from other changes where it can.

use std::ops::Range;

/// Whether and how an executable is signed.
#[derive(Debug, PartialEq)]
pub(crate) enum Signed {
    /// Windows: the bytes as they were before, where the signature is all that was added.
    Windows(Option<Vec<u8>>),
    /// macOS: what signing does not write, see [`mach`]. What was there before cannot be told from it alone, as signing
    /// replaces the linker's own signature; two files that differ in signatures only have the same.
    Mac(Vec<u8>),
}

/// Reads an executable; none where it has no signature, or is of a system that knows none.
pub(crate) fn read(bytes: &[u8]) -> Option<Signed> {
    if let Some(pe) = Pe::read(bytes) {
        return pe.signature.map(|(at, size)| Signed::Windows(pe.without(bytes, at, size)));
    }
    mach(bytes).map(Signed::Mac)
}

fn number(bytes: &[u8], at: usize) -> Option<usize> {
    let four: [u8; 4] = bytes.get(at..at.checked_add(4)?)?.try_into().ok()?;
    usize::try_from(u32::from_le_bytes(four)).ok()
}

/// Places in an executable of Windows.
struct Pe {
    checksum: Range<usize>,
    /// Where the table of certificates is named.
    directory: Range<usize>,
    /// Where that is and how long.
    signature: Option<(usize, usize)>,
}

impl Pe {
    fn read(bytes: &[u8]) -> Option<Pe> {
        let header = number(bytes, 0x3c).filter(|_| bytes.starts_with(b"MZ"))?;
        let optional = header.checked_add(24)?;
        if bytes.get(header..header.checked_add(4)?)? != b"PE\0\0" {
            return None;
        }
        let directories = match bytes.get(optional..optional.checked_add(2)?)? {
            [0x0b, 0x01] => optional.checked_add(96)?,
            [0x0b, 0x02] => optional.checked_add(112)?,
            _ => return None,
        };
        // The number of directories stands before them; this one is the fifth.
        if number(bytes, directories.checked_sub(4)?)? < 5 {
            return None;
        }
        let directory = directories.checked_add(32)?;
        let place = (number(bytes, directory)?, number(bytes, directory.checked_add(4)?)?);
        let signature = (place != (0, 0)).then_some(place);
        Some(Pe { checksum: optional + 64..optional + 68, directory: directory..directory + 8, signature })
    }

    /// Without the signature: its table is at the end, after what fills up to eight bytes; the checksum is none, as linkers
    /// of programs leave it.
    fn without(&self, bytes: &[u8], at: usize, size: usize) -> Option<Vec<u8>> {
        if at.checked_add(size)? != bytes.len() || at < self.directory.end {
            return None;
        }
        let mut old = bytes[..at].to_vec();
        for range in [self.checksum.clone(), self.directory.clone()] {
            old.get_mut(range)?.fill(0);
        }
        Some(old)
    }
}

/// What is left of an executable of macOS for one kind of processor without its signature: the bytes before it, with zeros
/// where the signature's length stands, and the sizes of the segment that it belongs to (`__LINKEDIT`, the last one). None
/// where it has no signature, or where something stands behind it.
fn mach(bytes: &[u8]) -> Option<Vec<u8>> {
    const SIGNATURE: usize = 0x1d;
    const SEGMENT: usize = 0x19;
    // One file for several kinds of processors is made by signing tools and linkers alike, and never published here.
    if !bytes.starts_with(&[0xcf, 0xfa, 0xed, 0xfe]) {
        return None;
    }
    let (mut segment, mut signature) = (None, None);
    let mut at = 32_usize;
    for _ in 0..number(bytes, 16)?.min(4096) {
        let (command, size) = (number(bytes, at)?, number(bytes, at + 4)?);
        match command {
            SEGMENT if bytes.get(at + 8..at + 24)?.starts_with(b"__LINKEDIT\0") => segment = Some(at),
            SIGNATURE if signature.is_none() => signature = Some(at),
            // There is one.
            SIGNATURE => return None,
            _ => {}
        }
        if size < 8 {
            return None;
        }
        at = at.checked_add(size)?;
    }
    let (segment, signature) = (segment?, signature?);
    let (from, length) = (number(bytes, signature + 8)?, number(bytes, signature + 12)?);
    // Behind the commands and at the end, or what is cut off here would not be a signature alone.
    if from < at || from.checked_add(length)? != bytes.len() {
        return None;
    }
    let mut rest = bytes[..from].to_vec();
    // Its length; the segment's size in memory and in the file.
    for range in [signature + 12..signature + 16, segment + 32..segment + 40, segment + 48..segment + 56] {
        rest.get_mut(range)?.fill(0);
    }
    Some(rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The least of an executable of Windows, for 64 bits.
    fn pe() -> Vec<u8> {
        let mut bytes = vec![0; 0x200];
        bytes[..2].copy_from_slice(b"MZ");
        bytes[0x3c] = 0x40;
        bytes[0x40..0x44].copy_from_slice(b"PE\0\0");
        bytes[0x58..0x5a].copy_from_slice(&[0x0b, 0x02]);
        bytes[0x58 + 108] = 16;
        bytes[0x1f0..].fill(7);
        bytes
    }

    /// As signing does: a checksum, the table at the end, and its place.
    fn sign(bytes: &[u8]) -> Vec<u8> {
        let mut signed = bytes.to_vec();
        signed[0x58 + 64..0x58 + 68].fill(9);
        let at = u32::try_from(signed.len()).expect("small").to_le_bytes();
        signed[0x58 + 112 + 32..0x58 + 112 + 36].copy_from_slice(&at);
        signed[0x58 + 112 + 36] = 24;
        signed.extend([1; 24]);
        signed
    }

    #[test]
    fn a_signature_of_windows_is_told_from_other_changes() {
        assert_eq!(read(&pe()), None);
        assert_eq!(read(&sign(&pe())), Some(Signed::Windows(Some(pe()))));
        let mut changed = sign(&pe());
        changed[0x1f5] = 8;
        assert_ne!(read(&changed), Some(Signed::Windows(Some(pe()))));
        let mut longer = sign(&pe());
        longer.push(0);
        assert_eq!(read(&longer), Some(Signed::Windows(None)), "something stands behind it");
    }

    /// The least of an executable of macOS with a signature of this length.
    fn mac(signature: u8) -> Vec<u8> {
        let mut bytes = vec![0; 32 + 72 + 16];
        bytes[..4].copy_from_slice(&[0xcf, 0xfa, 0xed, 0xfe]);
        bytes[16] = 2;
        (bytes[32], bytes[36]) = (0x19, 72);
        bytes[40..50].copy_from_slice(b"__LINKEDIT");
        // Sizes in memory and in the file, and where it begins.
        (bytes[64], bytes[80], bytes[72]) = (signature, signature + 8, 120);
        (bytes[104], bytes[108], bytes[112], bytes[116]) = (0x1d, 16, 128, signature);
        bytes.extend([5; 8]);
        bytes.extend(vec![signature; usize::from(signature)]);
        bytes
    }

    #[test]
    fn signatures_of_macos_are_told_from_other_changes() {
        let (linked, signed) = (read(&mac(16)), read(&mac(48)));
        assert!(matches!(&linked, Some(Signed::Mac(rest)) if rest.len() == 128));
        assert_eq!(linked, signed);
        // Every other byte counts: those of the commands, of the code, and where the signature stands.
        for at in
            (0..128).filter(|at| !(64..72).contains(at) && !(80..88).contains(at) && !(116..120).contains(at))
        {
            let mut changed = mac(48);
            changed[at] ^= 1;
            assert_ne!(read(&changed), linked, "{at}");
        }
        let mut longer = mac(48);
        longer.push(0);
        assert_eq!(read(&longer), None, "something stands behind it");
        let mut bare = mac(48);
        bare[104] = 0x1e;
        assert_eq!(read(&bare), None);
    }

    #[test]
    fn whatever_it_is_nothing_panics() {
        let whole = [sign(&pe()), mac(16), b"\x7fELF".to_vec()];
        for bytes in whole {
            for end in 0..bytes.len() {
                read(&bytes[..end]);
            }
            for at in 0..bytes.len() {
                let mut changed = bytes.clone();
                changed[at] = 0xff;
                read(&changed);
            }
        }
    }
}
