//! Packages for users: what was built, in one file that systems install.
//!
//! Equal trees make equal bytes: entries are sorted, owners and times are fixed (`SOURCE_DATE_EPOCH` names another time),
//! and modes are those that the build gave.

mod archive;
mod deb;
mod icons;

use std::fs::{self, File};
use std::io::BufWriter;
use std::path::{Path, PathBuf};

use clap::ValueEnum;
use socket_config::Config;

use crate::context::Context;
use crate::error::{Error, IoContext, Result};
use crate::target::{Layout, Target};

/// 1 January 1980, the first moment that every format can say.
const EPOCH: u64 = 315_532_800;

/// What a package is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For Debian, Ubuntu and what is made of them.
    Deb,
    /// An archive, for every system.
    Zip,
    /// The installer of macOS.
    Pkg,
    /// The package of the Windows store.
    #[value(alias = "msix")]
    Appx,
}

impl Format {
    fn name(self) -> &'static str {
        match self {
            Format::Deb => "deb",
            Format::Zip => "zip",
            Format::Pkg => "pkg",
            Format::Appx => "appx",
        }
    }

    /// The format that was asked for, else that of socket.ini.
    ///
    /// # Errors
    /// When the platform has no such package, or it cannot be made here.
    pub fn choose(asked: Option<Format>, config: &Config, target: Target) -> Result<Format> {
        let (format, key) = match (asked, target) {
            (Some(format), _) => (format, None),
            (None, Target::Linux) => {
                named(config, &config.build.linux_package_format, "build.linux.package")?
            }
            (None, Target::Mac) => named(config, &config.build.mac_package_format, "build.mac.package")?,
            (None, _) => (Format::Zip, None),
        };
        let possible: &[Format] = match target {
            Target::Linux => &[Format::Deb, Format::Zip],
            Target::Mac | Target::Win => &[Format::Zip],
            other => {
                return Err(Error::new("ERR_PACKAGE", format!("packaging for {other} is not there yet"))
                    .hint("`--dry-run` without --package shows what would be built"));
            }
        };
        if possible.contains(&format) {
            return Ok(format);
        }
        let names: Vec<_> = possible.iter().map(|format| format.name()).collect();
        let hint = format!("for {target} ssc makes: {}", names.join(", "));
        let message = match format {
            Format::Pkg if target == Target::Mac => {
                "a pkg needs productbuild and an identity of Apple's, which ssc does not use yet".to_owned()
            }
            Format::Appx if target == Target::Win => {
                "an appx needs the signing tools of the Windows SDK, which ssc does not use yet".to_owned()
            }
            other => format!("there is no package of the format {} for {target}", other.name()),
        };
        Err(match key {
            Some(section) => {
                Error { code: "ERR_PACKAGE", ..config.wrong(section, "format", &message, &hint).into() }
            }
            None => Error::new("ERR_PACKAGE", message).hint(hint),
        })
    }
}

/// The format that a key of socket.ini names.
fn named(config: &Config, text: &str, section: &'static str) -> Result<(Format, Option<&'static str>)> {
    Format::from_str(text, true).map(|format| (format, Some(section))).map_err(|_| {
        let message = format!("`{text}` is no format of a package");
        Error {
            code: "ERR_PACKAGE",
            ..config.wrong(section, "format", &message, "use `deb`, `zip` or `pkg`").into()
        }
    })
}

/// Where a package goes.
pub(crate) fn path(layout: &Layout, format: Format) -> PathBuf {
    let name = layout.tree.file_name().unwrap_or_default().to_string_lossy();
    let name = name.strip_suffix(".app").unwrap_or(&name);
    layout.root.join(format!("{name}.{}", format.name()))
}

/// Makes the package of what was built. The one before stays until all of it is there.
pub(crate) fn make(
    config: &Config,
    project: &Path,
    layout: &Layout,
    format: Format,
    context: &Context,
) -> Result<()> {
    let to = path(layout, format);
    let scratch = layout.state().join("package");
    context.progress.step(&format!("package {} for {}", layout.name, layout.target), || {
        let mut entries = entries(&layout.tree)?;
        if layout.target == Target::Linux {
            entries = icons::sized(entries, config, project, layout)?;
            deb::notices(&mut entries, config, layout);
        }
        let time = time(context)?;
        let file = File::create(&scratch).doing("write", &to)?;
        let written = match format {
            Format::Deb => deb::write(BufWriter::new(file), &entries, time),
            _ => {
                let folder = layout.tree.file_name().unwrap_or_default().to_string_lossy();
                archive::write(BufWriter::new(file), &entries, &folder, time)
            }
        };
        if let Err(error) = written {
            // The error says what matters.
            let _ = fs::remove_file(&scratch);
            return Err(error);
        }
        let size = fs::metadata(&scratch).doing("read", &scratch)?.len();
        fs::rename(&scratch, &to).doing("write", &to)?;
        Ok(((), format!("{}, {} KB", to.display(), size.div_ceil(1000)).into()))
    })
}

/// The time of everything in a package, in seconds since 1970.
fn time(context: &Context) -> Result<u64> {
    let Some(text) = context.var("SOURCE_DATE_EPOCH") else { return Ok(EPOCH) };
    let text = text.to_string_lossy();
    let seconds = text.parse::<u64>().ok().filter(|seconds| (EPOCH..1 << 32).contains(seconds));
    seconds.ok_or_else(|| {
        Error::new("ERR_PACKAGE", format!("SOURCE_DATE_EPOCH is `{text}`, which is no time since 1980"))
            .hint("give seconds since 1970, as `git log -1 --format=%ct` prints them, or unset it")
    })
}

/// Something in a package.
struct Entry {
    /// Relative to the tree, with `/`.
    path: String,
    what: What,
}

enum What {
    Folder,
    File {
        content: Content,
        executable: bool,
    },
    /// A symbolic link and where it leads.
    Link(String),
}

enum Content {
    Of(PathBuf),
    Bytes(Vec<u8>),
}

impl Content {
    fn size(&self) -> Result<u64> {
        match self {
            Content::Of(path) => Ok(fs::metadata(path).doing("read", path)?.len()),
            Content::Bytes(bytes) => Ok(bytes.len() as u64),
        }
    }

    fn read(&self) -> Result<Vec<u8>> {
        match self {
            Content::Of(path) => fs::read(path).doing("read", path),
            Content::Bytes(bytes) => Ok(bytes.clone()),
        }
    }
}

/// Everything in a tree, each folder before what is in it, sorted.
fn entries(root: &Path) -> Result<Vec<Entry>> {
    let mut found = Vec::new();
    let mut folders = vec![(root.to_owned(), String::new())];
    while let Some((folder, prefix)) = folders.pop() {
        for entry in fs::read_dir(&folder).doing("read", &folder)? {
            let entry = entry.doing("read", &folder)?;
            let path = entry.path();
            let name = entry.file_name();
            let name = name.to_str().ok_or_else(|| {
                Error::new("ERR_PACKAGE", format!("the name of {} is not text", path.display()))
                    .hint("rename the file: packages have names in UTF-8")
            })?;
            let name = format!("{prefix}{name}");
            let metadata = fs::symlink_metadata(&path).doing("read", &path)?;
            let what = if metadata.is_symlink() {
                What::Link(fs::read_link(&path).doing("read", &path)?.to_string_lossy().into_owned())
            } else if metadata.is_dir() {
                folders.push((path, format!("{name}/")));
                What::Folder
            } else {
                What::File { executable: is_executable(&metadata, &name), content: Content::Of(path) }
            };
            found.push(Entry { path: name, what });
        }
    }
    found.sort_by(|left, right| left.path.cmp(&right.path));
    Ok(found)
}

#[cfg(unix)]
fn is_executable(metadata: &fs::Metadata, _: &str) -> bool {
    use std::os::unix::fs::PermissionsExt;
    metadata.permissions().mode() & 0o100 != 0
}

/// Where files have no such mode: the executables of apps for other systems lie in known places.
#[cfg(not(unix))]
fn is_executable(_: &fs::Metadata, path: &str) -> bool {
    let parts: Vec<_> = path.split('/').collect();
    matches!(parts[..], ["Contents", "MacOS", _] | ["opt", _, _]) && !path.contains('.')
}
