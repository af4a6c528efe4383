//! The steps of a plan: what each one says and does.

use std::fs;
use std::path::{Path, PathBuf};

use socket_config::Config;
use socket_manifest::sign::Secret;

use super::assets::{Changes, Tree};
use super::copy_map::Rule;
use super::plan::Plan;
use super::walk::{self, Files};
use super::{desktop, runtime, seal};
use crate::context::Context;
use crate::error::{Error, Exit, IoContext, Result};
use crate::package::{self, Format};
use crate::target::{Layout, Target};
use crate::tools::code;

/// One step of a build. Paths are absolute.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Step {
    /// Runs the project's own script.
    Script {
        /// For the shell.
        line: String,
        /// Gives it the resources directory as an argument.
        forward: bool,
    },
    /// Checks that there is something to show.
    Page {
        /// The page.
        path: PathBuf,
        /// The key that decides about it.
        key: (&'static str, &'static str),
    },
    /// Copies the files of the app.
    #[expect(private_interfaces, reason = "a plan is printed, not taken apart")]
    Copy {
        /// Later ones win.
        rules: Vec<Rule>,
    },
    /// Places the prebuilt executable.
    Runtime {
        /// Where it is installed, if it is.
        from: Option<PathBuf>,
        /// Its place.
        to: PathBuf,
        /// The package that brings it.
        package: String,
    },
    /// Places the licences of what is inside of the executable, which everyone who passes it on passes on with it.
    Licences {
        /// Where they are installed, if they are.
        from: Option<PathBuf>,
        /// Their place.
        to: PathBuf,
        /// The app is for users.
        needed: bool,
    },
    /// Writes a file that is made here.
    Write {
        /// What it is.
        what: &'static str,
        /// Its place.
        to: PathBuf,
        /// Its content.
        bytes: Vec<u8>,
    },
    /// Places the icon.
    Icon {
        /// The project's own, if it has one.
        from: Option<PathBuf>,
        /// Its place.
        to: PathBuf,
    },
    /// Makes a symbolic link.
    Link {
        /// Where it leads.
        target: PathBuf,
        /// Its place.
        to: PathBuf,
    },
    /// Writes the hashes of everything, last.
    Manifest {
        /// Its place.
        to: PathBuf,
        /// Signs it.
        signed: bool,
    },
    /// Makes an app for a phone out of the files.
    Package {
        /// The platform.
        target: Target,
    },
    /// Makes a package for users.
    Pack {
        /// What it is.
        format: Format,
        /// Its place, beside the tree.
        to: PathBuf,
    },
    /// Runs the project's script for afterwards.
    After {
        /// For the shell.
        line: String,
    },
}

impl Step {
    /// Lines of a printed plan.
    pub(crate) fn describe(&self, layout: &Layout) -> Vec<String> {
        let short = |path: &Path| path.strip_prefix(&layout.tree).unwrap_or(path).display().to_string();
        let line = match self {
            Step::Script { line, forward } => {
                let argument = if *forward { " with the resources directory as its argument" } else { "" };
                format!("run `{line}`{argument}")
            }
            Step::Page { path, .. } => format!("check that there is {}", short(path)),
            Step::Copy { rules } => {
                return rules
                    .iter()
                    .map(|rule| {
                        let to = short(&layout.resources.join(&rule.to));
                        format!("copy {} to {to}{}", rule.from.display(), if rule.into { "/" } else { "" })
                    })
                    .collect();
            }
            Step::Runtime { from: Some(from), to, .. } => {
                format!("place {} as {}", from.display(), short(to))
            }
            Step::Runtime { to, package, .. } => {
                format!("place the runtime of {package} (not installed) as {}", short(to))
            }
            Step::Licences { from: Some(from), to, .. } => {
                format!("place the licences {} as {}", from.display(), short(to))
            }
            Step::Licences { to, .. } => {
                format!("place the licences of the runtime (not installed) as {}", short(to))
            }
            Step::Write { what, to, .. } => format!("write {what}, {}", short(to)),
            Step::Icon { from: Some(from), to } => format!("copy {} to {}", from.display(), short(to)),
            Step::Icon { to, .. } => format!("write the default icon, {}", short(to)),
            Step::Link { target, to } => format!("link {} to {}", short(to), target.display()),
            Step::Manifest { to, signed } => {
                format!("write {} manifest, {}", if *signed { "the signed" } else { "the" }, short(to))
            }
            Step::Package { target } => format!("package for {target}"),
            Step::Pack { to, .. } => {
                format!("make the package {}", to.file_name().unwrap_or_default().to_string_lossy())
            }
            Step::After { line } => format!("run `{line}` afterwards"),
        };
        vec![line]
    }
}

impl Plan {
    /// Carries the plan out. Nothing of the app is touched before every source was found.
    pub(crate) fn perform(
        &self,
        config: &Config,
        project: &Path,
        secret: Option<&Secret>,
        context: &Context,
    ) -> Result<Changes> {
        let layout = &self.layout;
        for step in &self.steps {
            match step {
                Step::Runtime { from: None, .. } => return Err(runtime::missing(layout.target)),
                Step::Package { target } => {
                    return Err(Error::new(
                        "ERR_PACKAGE",
                        format!("packaging for {target} is not there yet"),
                    )
                    .hint("`--dry-run` shows what would be built"));
                }
                _ => {}
            }
        }
        let mut tree = Tree::open(layout)?;
        let mut files = Files::new();
        for step in &self.steps {
            match step {
                Step::Script { line, forward } => script(line, *forward, layout, project, context)?,
                Step::Copy { rules } => files = walk::files(rules, config, layout)?,
                _ => {}
            }
        }
        for step in &self.steps {
            match step {
                Step::Page { path, key } => page(path, *key, &files, &tree, config)?,
                Step::Icon { from: Some(from), .. } if !from.is_file() => {
                    let message = format!("there is no file {}", from.display());
                    return Err(config
                        .wrong("linux", "icon", &message, "correct the path or remove the key")
                        .into());
                }
                Step::Icon { from: Some(from), .. }
                    if !["png", "svg"]
                        .iter()
                        .any(|kind| from.extension().is_some_and(|own| own.eq_ignore_ascii_case(kind))) =>
                {
                    let message = format!("{} is neither a PNG nor an SVG", from.display());
                    return Err(config
                        .wrong("linux", "icon", &message, "desktops read .png and .svg icons")
                        .into());
                }
                _ => {}
            }
        }
        let licences = self.licences(&mut files, context)?;
        let changes =
            context.progress.step(&format!("build {} for {}", layout.name, layout.target), || {
                for (to, from) in &files {
                    tree.copy(from, to)?;
                }
                if let Some((to, text)) = &licences {
                    tree.write(text, to)?;
                }
                for step in &self.steps {
                    match step {
                        Step::Runtime { from: Some(from), to, .. } => tree.executable(from, to)?,
                        Step::Licences { from: Some(from), to, .. } if licences.is_none() => {
                            tree.copy(from, to)?;
                        }
                        Step::Write { to, bytes, .. } => tree.write(bytes, to)?,
                        Step::Icon { from: Some(from), to } => tree.copy(from, to)?,
                        Step::Icon { from: None, to } => tree.write(desktop::ICON, to)?,
                        Step::Link { target, to } => tree.link(target, to)?,
                        _ => {}
                    }
                }
                let changes = tree.finish()?;
                let note = changes.describe();
                Ok((changes, note))
            })?;
        for path in &changes.written {
            context.progress.detail(&format!("wrote {}", path.display()));
        }
        let sealed = self.steps.iter().any(|step| matches!(step, Step::Manifest { .. }));
        if sealed {
            seal::seal(layout, secret, context)?;
        }
        for step in &self.steps {
            if let Step::Pack { format, .. } = step {
                package::make(config, project, layout, *format, context)?;
            }
            if let Step::After { line } = step {
                script(line, false, layout, project, context)?;
                // It may have changed what was hashed.
                if sealed {
                    seal::seal(layout, secret, context)?;
                }
            }
        }
        Ok(changes)
    }

    /// Where the project has licences of its own in the place of the runtime's, they are followed by these.
    fn licences(&self, files: &mut Files, context: &Context) -> Result<Option<(PathBuf, Vec<u8>)>> {
        for step in &self.steps {
            match step {
                Step::Licences { from: Some(from), to, .. } => {
                    let Some(own) = files.remove(to) else { return Ok(None) };
                    let mut text = fs::read(&own).doing("read", &own)?;
                    if !text.ends_with(b"\n") {
                        text.push(b'\n');
                    }
                    text.push(b'\n');
                    text.extend(fs::read(from).doing("read", from)?);
                    return Ok(Some((to.clone(), text)));
                }
                Step::Licences { from: None, needed: true, .. } => context.progress.warn(
                    "the licences of the runtime are not installed, and an app for users has to carry them",
                    Some("use the runtime of the npm package, or install it with bin/install.sh"),
                ),
                _ => {}
            }
        }
        Ok(None)
    }
}

/// Runs a script of the project; its code becomes ours when it fails.
fn script(line: &str, forward: bool, layout: &Layout, project: &Path, context: &Context) -> Result<()> {
    context.progress.say(&format!("run `{line}`"));
    let resources = layout.resources.as_os_str();
    let args = if forward { vec![resources] } else { Vec::new() };
    let status = context.tools().shell(line, &args, project, &[("PREFIX", resources)])?;
    if status.success() {
        return Ok(());
    }
    let code = code(status);
    Err(Error::new("ERR_SCRIPT", format!("the script `{line}` ended with {code}")).exit(Exit::Of(code)))
}

fn page(
    path: &Path,
    key: (&'static str, &'static str),
    files: &Files,
    tree: &Tree,
    config: &Config,
) -> Result<()> {
    // A page that an earlier build copied and this one does not is about to be removed.
    if files.contains_key(path) || (path.is_file() && !tree.owns(path)) {
        return Ok(());
    }
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let message = format!("there would be no {name} in the app ({})", path.display());
    let hint = format!(
        "create {name} in a directory of `[build] copy`, let `[build] script` write it, or give --port for a development server"
    );
    Err(Error { code: "ERR_PAGE", ..config.wrong(key.0, key.1, &message, &hint).into() })
}
