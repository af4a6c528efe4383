//! Archives in the format zip, in one folder, with the modes and links that macOS and Linux need.

use std::io::{Seek, Write};

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

use super::{Entry, What};
use crate::error::{Error, Result};

pub(super) fn write(out: impl Write + Seek, entries: &[Entry], folder: &str, time: u64) -> Result<()> {
    let mut zip = ZipWriter::new(out);
    let time = date(time);
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .compression_level(Some(9))
        .last_modified_time(time)
        // The same bytes whatever this runs on.
        .system(zip::System::Unix);
    let failed = |path: &str, error: &dyn std::fmt::Display| {
        Error::new("ERR_PACKAGE", format!("{path} cannot be packaged: {error}"))
    };
    let folder_options = options.unix_permissions(0o755).compression_method(CompressionMethod::Stored);
    zip.add_directory(format!("{folder}/"), folder_options).map_err(|error| failed(folder, &error))?;
    for Entry { path, what } in entries {
        // It is about Debian's packages.
        if path == "DEBIAN" || path.starts_with("DEBIAN/") {
            continue;
        }
        let name = format!("{folder}/{path}");
        match what {
            What::Folder => zip.add_directory(format!("{name}/"), folder_options),
            What::Link(target) => zip.add_symlink(name, target, options.unix_permissions(0o777)),
            What::File { content, executable } => {
                let mode = if *executable { 0o755 } else { 0o644 };
                let bytes = content.read()?;
                let large = bytes.len() > u32::MAX as usize;
                zip.start_file(name, options.unix_permissions(mode).large_file(large))
                    .and_then(|()| Ok(zip.write_all(&bytes)?))
            }
        }
        .map_err(|error| failed(path, &error))?;
    }
    zip.finish().and_then(|mut out| Ok(out.flush()?)).map_err(|error| failed("the archive", &error))
}

/// Seconds since 1970 as a date of zip's, which knows no time zones: UTC.
fn date(seconds: u64) -> DateTime {
    // Days to a date: the calendar repeats after 400 years of 146,097 days; years begin in March, so that the odd
    // day is the last.
    let (days, rest) = (seconds / 86_400 + 719_468, seconds % 86_400);
    let (era, day) = (days / 146_097, days % 146_097);
    let year = (day - day / 1460 + day / 36_524 - day / 146_096) / 365;
    let day = day - (365 * year + year / 4 - year / 100);
    let shifted = (5 * day + 2) / 153;
    let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
    let year = year + era * 400 + u64::from(month <= 2);
    let day = day - (153 * shifted + 2) / 5 + 1;
    let (hour, minute, second) = (rest / 3600, rest / 60 % 60, rest % 60);
    DateTime::from_date_and_time(year as u16, month as u8, day as u8, hour as u8, minute as u8, second as u8)
        // Bounded by who calls: 1980 to 2106.
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates() {
        let parts = |seconds| {
            let date = date(seconds);
            let day = (date.year(), date.month(), date.day());
            (day, (date.hour(), date.minute(), date.second()))
        };
        assert_eq!(parts(super::super::EPOCH), ((1980, 1, 1), (0, 0, 0)));
        // `date -u -d @…` says the same of each.
        assert_eq!(parts(951_782_398), ((2000, 2, 28), (23, 59, 58)));
        assert_eq!(parts(951_782_400), ((2000, 2, 29), (0, 0, 0)));
        assert_eq!(parts(1_735_689_598), ((2024, 12, 31), (23, 59, 58)));
        assert_eq!(parts(4_294_967_294).0, (2106, 2, 7));
    }
}
