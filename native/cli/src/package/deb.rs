//! Debian's packages: an `ar` archive of three members, two of which are compressed `tar` archives. deb(5).

use std::io::{Seek, Write};

use flate2::{Compression, GzBuilder};
use socket_config::Config;

use super::{Content, Entry, What};
use crate::build::desktop;
use crate::error::{Error, Result};
use crate::target::Layout;

/// Where the tree has what is about the package rather than in it.
const CONTROL: &str = "DEBIAN";

/// Where every package of Debian says whose it is: the app's own words, and where the licences of the runtime are.
pub(super) fn notices(entries: &mut Vec<Entry>, config: &Config, layout: &Layout) {
    let name = &layout.name;
    let mut text = format!("{}\n", config.meta.title);
    if !config.meta.copyright.is_empty() {
        text += &format!("\n{}\n", config.meta.copyright);
    }
    let licences = format!("opt/{name}/THIRD-PARTY-LICENSES");
    if entries.iter().any(|entry| entry.path == licences) {
        text += &format!("\nWhat the runtime is made of, by whom and under what terms: /{licences}\n");
    }
    let folder = format!("usr/share/doc/{}", desktop::package(layout));
    let content = Content::Bytes(text.into_bytes());
    let file = Entry { path: format!("{folder}/copyright"), what: What::File { content, executable: false } };
    entries.extend(["usr/share/doc".to_owned(), folder].map(|path| Entry { path, what: What::Folder }));
    entries.push(file);
    entries.sort_by(|left, right| left.path.cmp(&right.path));
    entries.dedup_by(|left, right| left.path == right.path);
}

pub(super) fn write(mut out: impl Write + Seek, entries: &[Entry], time: u64) -> Result<()> {
    let (about, within): (Vec<_>, Vec<_>) = entries
        .iter()
        .partition(|entry| entry.path == CONTROL || entry.path.starts_with(&format!("{CONTROL}/")));
    let mut kilobytes = 0;
    for entry in &within {
        kilobytes += match &entry.what {
            What::File { content, .. } => content.size()?.div_ceil(1024),
            _ => 1,
        };
    }
    let mut control = Vec::new();
    for entry in about {
        let What::File { content, executable } = &entry.what else { continue };
        let mut content = content.read()?;
        let name = entry.path.trim_start_matches(CONTROL).trim_start_matches('/').to_owned();
        if name == "control" {
            content.extend(format!("Installed-Size: {kilobytes}\n").bytes());
        }
        let what = What::File { content: Content::Bytes(content), executable: *executable };
        control.push(Entry { path: name, what });
    }
    let control: Vec<_> = control.iter().collect();
    let failed =
        |error: std::io::Error| Error::new("ERR_PACKAGE", format!("the package cannot be written: {error}"));
    out.write_all(b"!<arch>\n").map_err(failed)?;
    member(&mut out, "debian-binary", b"2.0\n", time).map_err(failed)?;
    member(&mut out, "control.tar.gz", &archive(&control, time)?, time).map_err(failed)?;
    member(&mut out, "data.tar.gz", &archive(&within, time)?, time).map_err(failed)?;
    out.flush().map_err(failed)
}

fn member(out: &mut impl Write, name: &str, bytes: &[u8], time: u64) -> std::io::Result<()> {
    writeln!(out, "{name:<16}{time:<12}{:<6}{:<6}{:<8}{:<10}`", 0, 0, "100644", bytes.len())?;
    out.write_all(bytes)?;
    // Members begin at even places.
    if bytes.len() % 2 == 1 { out.write_all(b"\n") } else { Ok(()) }
}

fn archive(entries: &[&Entry], time: u64) -> Result<Vec<u8>> {
    let out = GzBuilder::new().mtime(0).write(Vec::new(), Compression::best());
    let mut tar = tar::Builder::new(out);
    let failed = |path: &str| {
        let path = path.to_owned();
        move |error: std::io::Error| Error::new("ERR_PACKAGE", format!("{path} cannot be packaged: {error}"))
    };
    let header = |kind: tar::EntryType, mode: u32, size: u64| {
        let mut header = tar::Header::new_gnu();
        header.set_entry_type(kind);
        header.set_mode(mode);
        header.set_size(size);
        header.set_mtime(time);
        header.set_uid(0);
        header.set_gid(0);
        header
    };
    let mut root = header(tar::EntryType::Directory, 0o755, 0);
    tar.append_data(&mut root, "./", std::io::empty()).map_err(failed("./"))?;
    for Entry { path, what } in entries {
        match what {
            What::Folder => {
                let mut header = header(tar::EntryType::Directory, 0o755, 0);
                tar.append_data(&mut header, format!("{path}/"), std::io::empty()).map_err(failed(path))?;
            }
            What::File { content, executable } => {
                let bytes = content.read()?;
                let mode = if *executable { 0o755 } else { 0o644 };
                let mut header = header(tar::EntryType::Regular, mode, bytes.len() as u64);
                tar.append_data(&mut header, path, bytes.as_slice()).map_err(failed(path))?;
            }
            What::Link(target) => {
                let mut header = header(tar::EntryType::Symlink, 0o777, 0);
                tar.append_link(&mut header, path, target).map_err(failed(path))?;
            }
        }
    }
    let out = tar.into_inner().map_err(failed("the archive"))?;
    out.finish().map_err(failed("the archive"))
}
