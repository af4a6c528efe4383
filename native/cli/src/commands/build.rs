//! `ssc build`.

use std::path::{Path, PathBuf};
use std::sync::mpsc::channel;
use std::time::Duration;

use socket_config::Config;
use socket_manifest::sign::{self, Secret};

use super::options::{App, Common};
use crate::build::assets::Changes;
use crate::build::copy_map::{CopyMap, normal};
use crate::build::plan::{Inputs, Plan, plan};
use crate::build::watch::{self, Sources, State};
use crate::build::{lock, runtime, seal};
use crate::context::Context;
use crate::error::{Error, Exit, Result};
use crate::launch::{self, Display, Event, process::Process};
use crate::package::Format;
use crate::progress::{complain, print};
use crate::target::Target;

/// Build the app of a project
///
/// Runs the project's script, copies its files, and places the prebuilt runtime beside them. No compiler is
/// needed. A second build touches only what changed.
#[derive(clap::Args, Debug)]
#[command(after_help = "Any option may stand in .sscrc, as in: [build] platform = ios")]
pub(crate) struct Args {
    #[command(flatten)]
    pub(crate) app: App,
    /// Run the app after building; its exit code is ssc's
    #[arg(short, long)]
    run: bool,
    /// Build again when sources change; with --run the running app follows
    #[arg(short, long)]
    watch: bool,
    /// Print what would be done and do nothing
    #[arg(long)]
    dry_run: bool,
    /// Accepted for older scripts: nothing is ever compiled
    #[arg(short, long, alias = "only")]
    only_build: bool,
    /// Make a package for users: one file that systems install
    #[arg(short, long, help_heading = "Packages")]
    package: bool,
    /// The format of the package; implies --package
    #[arg(short = 'f', long, value_enum, value_name = "FORMAT", help_heading = "Packages")]
    package_format: Option<Format>,
    /// Sign the app (not there yet)
    #[arg(short, long, help_heading = "Packages")]
    codesign: bool,
    /// Have Apple notarize the app (not there yet)
    #[arg(short, long, help_heading = "Packages")]
    notarize: bool,
    #[command(flatten)]
    pub(crate) common: Common,
}

pub(crate) fn run(args: Args, context: &Context) -> Result<Exit> {
    not_there_yet(&args)?;
    let project = context.project(&args.app.project)?;
    let build = Build { args: &args, project, context };
    if args.dry_run {
        let prepared = build.prepare()?;
        print(&prepared.plan.to_string())?;
        return Ok(Exit::Success);
    }
    if args.run && args.app.target() != Target::host() {
        return Err(super::run::elsewhere(args.app.target()));
    }
    if args.watch {
        return Watch { build: &build }.run();
    }
    let prepared = build.prepare()?;
    build.perform(&prepared)?;
    match args.run {
        true => launch::run(&build.app(&prepared)?, context),
        false => Ok(Exit::Success),
    }
}

/// Builds a project with its tests, and says how to run them.
pub(crate) fn test_app(app: App, common: Common, context: &Context) -> Result<launch::App> {
    let project = context.project(&app.project)?;
    let args = Args {
        app,
        run: true,
        watch: false,
        dry_run: false,
        only_build: false,
        package: false,
        package_format: None,
        codesign: false,
        notarize: false,
        common,
    };
    let build = Build { args: &args, project, context };
    let prepared = build.prepare()?;
    build.perform(&prepared)?;
    build.app(&prepared)
}

fn not_there_yet(args: &Args) -> Result<()> {
    let asked = [("--codesign", args.codesign), ("--notarize", args.notarize)];
    let asked: Vec<_> = asked.iter().filter(|(_, asked)| *asked).map(|(name, _)| *name).collect();
    if asked.is_empty() {
        return Ok(());
    }
    Err(Error::new("ERR_PACKAGE", format!("{}: signing is not there yet", asked.join(", ")))
        .hint("build without it and sign what was built with the tools of the platform"))
}

struct Build<'a> {
    args: &'a Args,
    project: PathBuf,
    context: &'a Context,
}

/// A build that is known and not yet done.
struct Prepared {
    config: Config,
    plan: Plan,
    argv: Vec<String>,
    env: Vec<(String, String)>,
    /// Signs the manifest of a build for users.
    secret: Option<Secret>,
}

impl Build<'_> {
    fn prepare(&self) -> Result<Prepared> {
        let Build { args, project, context } = self;
        let (app, target) = (&args.app, args.app.target());
        let env = app.variables(context)?;
        let test = app.test_path(context, project)?;
        let load = |argv: &[String], key: Option<&str>| {
            context.config(project, |overrides| {
                overrides.set("build", "debug", if app.prod { "false" } else { "true" })?;
                for (name, value) in &env {
                    overrides.set("env", name, value)?;
                }
                // A build for users does not remember how it was tried out.
                overrides.set_list("ssc", "argv", if app.prod { &[] } else { argv })?;
                if let Some(key) = key {
                    overrides.set("manifest", "public_key", key)?;
                }
                Ok(())
            })
        };
        let make = |config: &Config| {
            let package = (args.package || args.package_format.is_some())
                .then(|| Format::choose(args.package_format, config, target))
                .transpose()?;
            let maps = CopyMap::load(config, project, target)?;
            let runtime = runtime::find(&context.environment, target);
            plan(&Inputs {
                config,
                project,
                target,
                production: app.prod,
                maps: &maps,
                licences: runtime.as_deref().and_then(runtime::licences),
                runtime,
                test: test.clone(),
                served: app.served(),
                package,
            })
        };
        let mut config = load(&[], None)?;
        config.warnings.iter().for_each(|warning| context.warn(warning));
        let secret = match app.prod {
            true => seal::secret(&config, project, context)?,
            false => None,
        };
        let key = secret.as_ref().map(|secret| sign::written(&secret.public()));
        if key.is_some() {
            config = load(&[], key.as_deref())?;
        }
        config.forget("manifest", "secret_key");
        // Where the test file goes is known only once there is a configuration.
        let first = make(&config)?;
        let argv = app.argv(first.test.as_ref());
        if argv.is_empty() {
            return Ok(Prepared { config, plan: first, argv, env, secret });
        }
        let mut config = load(&argv, key.as_deref())?;
        config.forget("manifest", "secret_key");
        let plan = make(&config)?;
        Ok(Prepared { config, plan, argv, env, secret })
    }

    fn perform(&self, prepared: &Prepared) -> Result<Changes> {
        let Prepared { config, plan, secret, .. } = prepared;
        let _lock = lock::lock(&plan.layout, self.context)?;
        plan.perform(config, &self.project, secret.as_ref(), self.context)
    }

    fn app(&self, Prepared { config, plan, argv, env, .. }: &Prepared) -> Result<launch::App> {
        let vars = config.env.iter().chain(env).map(|(name, value)| (name.clone(), value.into())).collect();
        let mut args: Vec<_> = argv.iter().map(Into::into).collect();
        args.extend(self.args.common.debug.then(|| "--debug".into()));
        args.extend(self.args.app.args.iter().cloned());
        Ok(launch::App {
            executable: plan.layout.executable.clone(),
            args,
            vars,
            headless: self.args.app.headless || config.build.headless,
            runner: launch::App::runner(config),
            aside: false,
        })
    }

    /// What a change of means another build.
    fn sources(&self, prepared: Option<&Prepared>) -> Sources {
        let project = &self.project;
        let mut paths = vec![project.join("socket.ini"), project.join(".sscrc")];
        let Some(Prepared { config, plan, .. }) = prepared else {
            return Sources::new(paths, project.join("build"));
        };
        let build = &config.build;
        let listed = if build.watch_sources.is_empty() { &build.copy } else { &build.watch_sources };
        let source = |item: &String| normal(&project.join(item.split(';').next().unwrap_or_default()));
        paths.extend(listed.iter().map(source));
        paths.extend(build.copy_map.iter().map(|file| project.join(file)));
        if build.watch_sources.is_empty() {
            paths.extend(plan.test.iter().filter_map(|test| Some(test.rule.as_ref()?.from.clone())));
        }
        Sources::new(paths, normal(&plan.layout.output))
    }
}

/// Builds again and again.
struct Watch<'a> {
    build: &'a Build<'a>,
}

/// A running app and what it was started from.
struct Running {
    process: Process,
    _display: Display,
}

impl Watch<'_> {
    fn run(&self) -> Result<Exit> {
        let context = self.build.context;
        let (sender, events) = channel();
        let _signals = launch::signals::listen(sender.clone())?;
        let mut running: Option<Running> = None;
        let mut state: Option<State> = None;
        let mut sources = Sources::default();
        let mut watcher = None;
        let mut pending: Vec<Event> = vec![Event::Changed];
        loop {
            let event = match pending.pop() {
                Some(event) => event,
                // The sender of the watcher lives as long as this.
                None => events.recv().map_err(|_| Error::new("ERR_WATCH", "lost sight of the sources"))?,
            };
            match event {
                Event::Signal(signal) => match &running {
                    Some(app) => app.process.forward(signal),
                    None => return Ok(Exit::Of(128 + signal.number)),
                },
                Event::Exited(number, status)
                    if running.as_ref().is_some_and(|app| app.process.number == number) =>
                {
                    return launch::ended(status);
                }
                Event::Exited(..) => {}
                Event::Changed => {
                    if watcher.is_some() {
                        pending = watch::settle(&events);
                    }
                    let now = sources.state();
                    if state.as_ref() == Some(&now) {
                        continue;
                    }
                    let prepared = self.build.prepare();
                    // Watched before it is built, so that a change during the build is not lost.
                    let next = self.build.sources(prepared.as_ref().ok());
                    if next != sources || watcher.is_none() {
                        watcher = Some(next.watch(sender.clone())?);
                        sources = next;
                    }
                    state = Some(sources.state());
                    let changes =
                        prepared.and_then(|prepared| Ok((self.build.perform(&prepared)?, prepared)));
                    match changes {
                        // Without an app it is the error, not the end: the next change may mend it.
                        Err(error) => complain(&error.render()),
                        Ok((changes, prepared)) if self.build.args.run => {
                            self.follow(&changes, &prepared, &mut running, &sender, &events, &mut pending)?;
                        }
                        Ok(_) => {}
                    }
                    context.progress.say("watching for changes");
                }
            }
        }
    }

    /// Starts the app, or starts it again when a reload of the page would not be enough.
    fn follow(
        &self,
        changes: &Changes,
        prepared: &Prepared,
        running: &mut Option<Running>,
        sender: &std::sync::mpsc::Sender<Event>,
        events: &std::sync::mpsc::Receiver<Event>,
        pending: &mut Vec<Event>,
    ) -> Result<()> {
        let context = self.build.context;
        let layout = &prepared.plan.layout;
        let replaced = |path: &Path| changes.written.iter().any(|written| layout.tree.join(written) == path);
        let display = match running.take() {
            Some(app) if !replaced(&layout.executable) && !replaced(&layout.config) => {
                *running = Some(app);
                return Ok(());
            }
            Some(Running { process, _display }) => {
                context.progress.say("restarting the app");
                stop(&process, events, pending);
                Some(_display)
            }
            None => None,
        };
        let app = self.build.app(prepared)?;
        let display = match display {
            Some(display) => display,
            None => launch::display(&app, context)?,
        };
        let process = launch::start(&app, &display, context, sender.clone())?;
        *running = Some(Running { process, _display: display });
        Ok(())
    }
}

/// Ends an app and waits for it; other events are kept for later.
fn stop(process: &Process, events: &std::sync::mpsc::Receiver<Event>, pending: &mut Vec<Event>) {
    process.terminate();
    loop {
        match events.recv_timeout(Duration::from_secs(5)) {
            Ok(Event::Exited(number, _)) if number == process.number => return,
            Ok(event) => pending.push(event),
            // It does not answer.
            Err(_) => process.kill(),
        }
    }
}
