//! What a Linux desktop needs to show the app: the desktop entry, the package's control file.

use socket_config::Config;

use crate::target::{Layout, architecture};

/// The icon of an app that has none.
pub(crate) const ICON: &[u8] = include_bytes!("../commands/init/icon.png");

/// `usr/share/applications/<name>.desktop`, with the scheme of the app's links.
pub(crate) fn entry(config: &Config, layout: &Layout) -> String {
    let name = &layout.name;
    let mut lines = vec![
        "[Desktop Entry]".to_owned(),
        "Type=Application".to_owned(),
        format!("Name={}", escaped(&config.meta.title)),
        // The name holds nothing that would need quotes here.
        format!("Exec=/opt/{name}/{name} %u"),
        format!("Icon={name}"),
        "Terminal=false".to_owned(),
        format!("StartupNotify={}", config.linux.desktop_startup_notify),
        format!("StartupWMClass={name}"),
        format!("MimeType=x-scheme-handler/{};", config.meta.application_protocol),
    ];
    if !config.meta.description.is_empty() {
        lines.insert(3, format!("Comment={}", escaped(&config.meta.description)));
    }
    let categories = config.linux.categories.trim_end_matches(';');
    if !categories.is_empty() {
        lines.push(format!("Categories={categories};"));
    }
    lines.join("\n") + "\n"
}

fn escaped(text: &str) -> String {
    text.replace('\\', "\\\\").replace('\t', "\\t")
}

/// The name of the package: lower case, beginning with a letter or a digit, of two characters at least.
pub(crate) fn package(layout: &Layout) -> String {
    let name = layout.name.to_lowercase().replace('_', "-");
    match name.trim_start_matches('-') {
        name if name.len() < 2 => format!("app-{name}"),
        name => name.to_owned(),
    }
}

/// `DEBIAN/control`.
pub(crate) fn control(config: &Config, layout: &Layout) -> String {
    let meta = &config.meta;
    // A value of the control file ends with its line.
    let line = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let or = |text: &str, other: &str| line(if text.is_empty() { other } else { text });
    let package = package(layout);
    format!(
        "Package: {package}\nVersion: {}-1\nArchitecture: {}\nMaintainer: {}\nSection: misc\nPriority: optional\n\
         Depends: libwebkit2gtk-4.1-0, libgtk-3-0 | libgtk-3-0t64\nDescription: {}\n",
        meta.version,
        architecture(),
        or(&meta.maintainer, &meta.title),
        or(&meta.description, &meta.title),
    )
}
