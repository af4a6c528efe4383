//! Icons in the sizes that desktops ask for, made of the one that the project has.

use std::io::Cursor;
use std::path::Path;

use socket_config::Config;

use super::{Content, Entry, What};
use crate::build::desktop;
use crate::error::{Error, IoContext, Result};
use crate::target::Layout;

/// Those of the theme that every desktop falls back to.
const SIZES: [u32; 7] = [16, 32, 48, 64, 128, 256, 512];
/// No icon is larger; more would only take memory.
const LARGEST: u32 = 4096;

/// Replaces the one icon of a tree by its sizes. A drawing (SVG) has all of them.
pub(super) fn sized(
    entries: Vec<Entry>,
    config: &Config,
    project: &Path,
    layout: &Layout,
) -> Result<Vec<Entry>> {
    let icon = config.linux.icon.as_ref();
    let wrong = |key: &'static str, message: String, hint: &str| -> Error {
        Error { code: "ERR_ICON", ..config.wrong("linux", key, &message, hint).into() }
    };
    let sizes = wanted(&config.linux.icon_sizes).map_err(|word| {
        wrong("icon_sizes", format!("`{word}` is no size"), "write pixels, as in `icon_sizes = 16 32 48 256`")
    })?;
    if icon.is_some_and(|icon| icon.to_lowercase().ends_with(".svg")) {
        return Ok(entries);
    }
    let bytes = match icon {
        Some(icon) => {
            let path = project.join(icon);
            std::fs::read(&path).doing("read", &path)?
        }
        None => desktop::ICON.to_vec(),
    };
    let picture = Picture::read(&bytes).map_err(|why| {
        let name = icon.map_or("the icon", |icon| icon.as_str());
        wrong(
            "icon",
            format!("{name} cannot be read: {why}"),
            "save it as a PNG of at most 4096 pixels, or as an SVG",
        )
    })?;
    let folder = "usr/share/icons/hicolor/";
    let mut kept: Vec<_> = entries.into_iter().filter(|entry| !entry.path.starts_with(folder)).collect();
    let largest = picture.width.max(picture.height);
    let mut fitting: Vec<_> = sizes.iter().copied().filter(|size| *size <= largest).collect();
    if fitting.is_empty() {
        fitting.extend(sizes.first());
    }
    for size in fitting {
        let place = format!("{folder}{size}x{size}");
        let content = Content::Bytes(picture.square(size).write());
        kept.extend([place.clone(), format!("{place}/apps")].map(|path| Entry { path, what: What::Folder }));
        let path = format!("{place}/apps/{}.png", layout.name);
        kept.push(Entry { path, what: What::File { content, executable: false } });
    }
    kept.sort_by(|left, right| left.path.cmp(&right.path));
    Ok(kept)
}

/// `16 32@2x 256x256` → 16, 64, 256; the usual ones when there are none. `Err`: the word that is no size.
fn wanted(text: &str) -> Result<Vec<u32>, String> {
    let words = text.split([' ', ',', ';', '\t']).filter(|word| !word.is_empty());
    let mut sizes = Vec::new();
    for word in words {
        let size = || {
            let (size, factor) = word.split_once('@').unwrap_or((word, "1x"));
            let (width, height) = size.split_once('x').unwrap_or((size, size));
            let factor: u32 = factor.strip_suffix('x')?.parse().ok()?;
            let size: u32 = (width == height).then(|| width.parse().ok())??;
            size.checked_mul(factor).filter(|size| (1..=LARGEST).contains(size))
        };
        sizes.push(size().ok_or_else(|| word.to_owned())?);
    }
    if sizes.is_empty() {
        sizes.extend(SIZES);
    }
    sizes.sort_unstable();
    sizes.dedup();
    Ok(sizes)
}

/// Red, green, blue and opacity of each pixel, 0 to 255.
struct Picture {
    width: u32,
    height: u32,
    pixels: Vec<[u8; 4]>,
}

impl Picture {
    fn read(bytes: &[u8]) -> Result<Picture, String> {
        let mut decoder = png::Decoder::new_with_limits(Cursor::new(bytes), png::Limits { bytes: 256 << 20 });
        decoder
            .set_transformations(png::Transformations::normalize_to_color8() | png::Transformations::ALPHA);
        let mut reader = decoder.read_info().map_err(|error| error.to_string())?;
        let info = reader.info();
        if info.width > LARGEST || info.height > LARGEST {
            return Err(format!("it has {} × {} pixels", info.width, info.height));
        }
        let size = reader.output_buffer_size().ok_or("it is too large")?;
        let mut buffer = vec![0; size];
        let frame = reader.next_frame(&mut buffer).map_err(|error| error.to_string())?;
        let samples = &buffer[..frame.buffer_size()];
        let pixels = match frame.color_type {
            png::ColorType::Rgba => samples.as_chunks().0.to_vec(),
            png::ColorType::GrayscaleAlpha => {
                samples.as_chunks().0.iter().map(|&[gray, alpha]| [gray, gray, gray, alpha]).collect()
            }
            other => return Err(format!("its pixels are of the kind {other:?}")),
        };
        Ok(Picture { width: frame.width, height: frame.height, pixels })
    }

    /// Fitted into a square, in the middle of it. Each pixel is the mean of what it covers.
    fn square(&self, size: u32) -> Picture {
        let largest = self.width.max(self.height);
        // In pixels of the source: the length of one of the square's, and where the square begins.
        let scale = f64::from(largest) / f64::from(size);
        let left = (f64::from(self.width) - f64::from(largest)) / 2.0;
        let top = (f64::from(self.height) - f64::from(largest)) / 2.0;
        let columns: Vec<_> =
            (0..size).map(|x| covered(left + f64::from(x) * scale, scale, self.width)).collect();
        let rows = (0..size).map(|y| covered(top + f64::from(y) * scale, scale, self.height));
        let mut pixels = Vec::with_capacity((size * size) as usize);
        for row in rows {
            for column in &columns {
                let mut sum = [0.0; 4];
                for (y, height) in &row {
                    for (x, width) in column {
                        let [red, green, blue, alpha] =
                            self.pixels[(y * self.width + x) as usize].map(f64::from);
                        let weight = width * height;
                        // Colours count as much as they are seen.
                        let seen = weight * alpha;
                        for (sum, value) in sum.iter_mut().zip([red * seen, green * seen, blue * seen, seen])
                        {
                            *sum += value;
                        }
                    }
                }
                let [red, green, blue, alpha] = sum;
                let colour = |sum: f64| if alpha > 0.0 { (sum / alpha).round() as u8 } else { 0 };
                let alpha = (alpha / (scale * scale)).round() as u8;
                pixels.push([colour(red), colour(green), colour(blue), alpha]);
            }
        }
        Picture { width: size, height: size, pixels }
    }

    fn write(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        let mut encoder = png::Encoder::new(&mut bytes, self.width, self.height);
        encoder.set_color(png::ColorType::Rgba);
        encoder.set_depth(png::BitDepth::Eight);
        let written =
            encoder.write_header().and_then(|mut writer| writer.write_image_data(self.pixels.as_flattened()));
        // Into memory, with as many pixels as it says.
        debug_assert!(written.is_ok(), "{written:?}");
        bytes
    }
}

/// The pixels of a line that a stretch covers, and how much of each.
fn covered(from: f64, length: f64, count: u32) -> Vec<(u32, f64)> {
    let to = from + length;
    let first = from.floor().max(0.0) as u32;
    (first..count)
        .take_while(|pixel| f64::from(*pixel) < to)
        .map(|pixel| (pixel, (to.min(f64::from(pixel) + 1.0) - from.max(f64::from(pixel))).max(0.0)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_read() {
        assert_eq!(wanted(""), Ok(SIZES.to_vec()));
        assert_eq!(wanted("256x256, 16 32@2x;16"), Ok(vec![16, 64, 256]));
        for wrong in ["0", "big", "16x32", "-1", "4097", "2@2", "99999999999"] {
            assert_eq!(wanted(wrong), Err(wrong.to_owned()));
        }
    }

    #[test]
    fn pixels_are_means_of_what_is_seen() {
        let red = [255, 0, 0, 255];
        let nothing = [0, 255, 0, 0];
        let picture = Picture { width: 2, height: 2, pixels: vec![red, nothing, nothing, red] };
        assert_eq!(picture.square(1).pixels, [[255, 0, 0, 128]], "what is not seen has no colour");
        assert_eq!(
            picture.square(2).pixels,
            picture.pixels.iter().map(|p| if p[3] == 0 { [0; 4] } else { *p }).collect::<Vec<_>>()
        );
        let wide = Picture { width: 4, height: 2, pixels: vec![red; 8] };
        let fitted = wide.square(4);
        assert_eq!(fitted.pixels[..4], [[0; 4]; 4], "above");
        assert_eq!(fitted.pixels[4..12], [red; 8], "in the middle");
        let again = Picture::read(&fitted.write()).expect("a PNG");
        assert_eq!((again.width, again.height, again.pixels), (4, 4, fitted.pixels));
    }

    #[test]
    fn what_is_no_picture_is_said() {
        assert!(Picture::read(b"<svg/>").is_err());
        assert!(Picture::read(&desktop::ICON[..200]).is_err());
        assert_eq!(Picture::read(desktop::ICON).map(|picture| picture.width), Ok(256));
    }
}
