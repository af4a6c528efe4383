//! What a build will do, as data: computed without touching anything, printed by `--dry-run`.

use std::fmt;
use std::path::{Path, PathBuf};

use socket_config::Config;

use super::copy_map::{self, CopyMap};
use super::desktop;
use super::runtime::LICENCES;
use super::step::Step;
use super::test_file::TestFile;
use crate::error::{Error, Result};
use crate::package::{self, Format};
use crate::target::{Layout, Target};

/// What a plan is made from.
#[derive(Clone, Debug)]
pub struct Inputs<'a> {
    /// With every override applied; the app gets this.
    pub config: &'a Config,
    /// The project directory, absolute.
    pub project: &'a Path,
    /// The platform.
    pub target: Target,
    /// A build for users.
    pub production: bool,
    /// The copy map files, read.
    pub maps: &'a [CopyMap],
    /// The prebuilt executable, when it is installed.
    pub runtime: Option<PathBuf>,
    /// The licences of what is inside of that, when they are installed with it.
    pub licences: Option<PathBuf>,
    /// The module of `--test`, absolute.
    pub test: Option<PathBuf>,
    /// The page comes from a development server, so the app needs none of its own.
    pub served: bool,
    /// Makes a package of it.
    pub package: Option<Format>,
}

/// What a build will do.
#[derive(Clone, Debug)]
pub struct Plan {
    /// Where everything goes.
    pub layout: Layout,
    /// In this order.
    pub steps: Vec<Step>,
    pub(crate) test: Option<TestFile>,
}

/// Computes a plan.
///
/// # Errors
/// When the configuration asks for something that cannot be.
pub fn plan(inputs: &Inputs) -> Result<Plan> {
    let Inputs { config, project, target, production, .. } = *inputs;
    if &*config.meta.r#type == "extension" || &*config.build.r#type == "extension" {
        return Err(Error::new(
            "ERR_EXTENSION",
            "native extensions cannot be built: an app holds no compiled code of its own",
        )
        .hint("use a backend process, or remove `type = extension`"));
    }
    let layout = Layout::new(config, project, target, production);
    let mut rules = copy_map::rules(config, inputs.maps, project, target, production)?;
    let test = inputs.test.as_ref().map(|file| TestFile::new(file, project, &rules, &config.webview.root));
    rules.extend(test.iter().filter_map(|test| test.rule.clone()));

    let mut steps = Vec::new();
    if let Some(line) = &config.build.script {
        steps.push(Step::Script { line: line.clone(), forward: config.build.script_forward_arguments });
    }
    let (page, key) = match &*config.webview.default_index {
        "" => ("index.html", ("build", "copy")),
        file => (file, ("webview", "default_index")),
    };
    let root = config.webview.root.trim_matches('/');
    if !inputs.served {
        steps.push(Step::Page { path: layout.resources.join(root).join(page.trim_start_matches('/')), key });
    }
    steps.push(Step::Copy { rules });
    steps.push(Step::Runtime {
        from: inputs.runtime.clone(),
        to: layout.executable.clone(),
        package: target.package(),
    });
    steps.push(Step::Licences {
        from: inputs.licences.clone(),
        to: layout.resources.join(LICENCES),
        needed: production,
    });
    let write = |what, to, text: String| Step::Write { what, to, bytes: text.into_bytes() };
    steps.push(write("the configuration", layout.config.clone(), config.to_ini()));
    match target {
        Target::Linux => linux(config, project, &layout, &mut steps),
        Target::Mac => {
            let path = layout.tree.join("Contents/Info.plist");
            steps.push(write("the property list", path, info_plist(config, &layout)));
        }
        Target::Win => {}
        mobile => steps.push(Step::Package { target: mobile }),
    }
    if production {
        let signed = config.manifest.public_key.as_ref().is_some_and(|key| !key.is_empty());
        steps.push(Step::Manifest { to: layout.resources.join(socket_manifest::NAME), signed });
    }
    if let Some(format) = inputs.package {
        steps.push(Step::Pack { format, to: package::path(&layout, format) });
    }
    if let Some(line) = &config.build.script_after {
        steps.push(Step::After { line: line.clone() });
    }
    Ok(Plan { layout, steps, test })
}

fn linux(config: &Config, project: &Path, layout: &Layout, steps: &mut Vec<Step>) {
    let Layout { tree, name, .. } = layout;
    let write =
        |what, to: String, text: String| Step::Write { what, to: tree.join(to), bytes: text.into_bytes() };
    let icon = config.linux.icon.as_ref();
    let (folder, kind) = match icon.is_some_and(|icon| icon.to_lowercase().ends_with(".svg")) {
        true => ("scalable", "svg"),
        false => ("256x256", "png"),
    };
    let to = tree.join(format!("usr/share/icons/hicolor/{folder}/apps/{name}.{kind}"));
    steps.push(Step::Icon { from: icon.map(|icon| project.join(icon)), to });
    steps.push(write(
        "the desktop entry",
        format!("usr/share/applications/{name}.desktop"),
        desktop::entry(config, layout),
    ));
    steps.push(write(
        "the package's control file",
        "DEBIAN/control".into(),
        desktop::control(config, layout),
    ));
    steps.push(Step::Link {
        target: format!("/opt/{name}/{name}").into(),
        to: tree.join(format!("usr/local/bin/{name}")),
    });
}

fn info_plist(config: &Config, layout: &Layout) -> String {
    let escape = |text: &str| text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    let pairs = [
        ("CFBundleDisplayName", &*config.meta.title),
        ("CFBundleExecutable", &layout.name),
        ("CFBundleIdentifier", &config.meta.bundle_identifier),
        ("CFBundleName", &config.meta.title),
        ("CFBundlePackageType", "APPL"),
        ("CFBundleShortVersionString", &config.meta.version),
        ("CFBundleVersion", &config.meta.version),
        ("LSMinimumSystemVersion", &config.mac.minimum_supported_version),
        ("NSHumanReadableCopyright", &config.meta.copyright),
    ];
    let pairs: String = pairs
        .iter()
        .map(|(key, value)| format!("  <key>{key}</key>\n  <string>{}</string>\n", escape(value)))
        .collect();
    let scheme = escape(&config.meta.application_protocol);
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<plist version=\"1.0\">\n<dict>\n{pairs}  <key>CFBundleURLTypes</key>\n  \
         <array><dict><key>CFBundleURLSchemes</key><array><string>{scheme}</string></array></dict></array>\n</dict>\n</plist>\n"
    )
}

impl fmt::Display for Plan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{} for {}, in {}", self.layout.name, self.layout.target, self.layout.tree.display())?;
        let mut number = 0;
        for line in self.steps.iter().flat_map(|step| step.describe(&self.layout)) {
            number += 1;
            writeln!(f, "{number:>3}. {line}")?;
        }
        Ok(())
    }
}
