//! `ssc run`.

use crate::build::copy_map::{self, CopyMap};
use crate::build::test_file::TestFile;
use crate::commands::options::{App, Common};
use crate::context::Context;
use crate::error::{Error, Exit, Result};
use crate::launch;
use crate::target::{Layout, Target};

/// Run the app that was built
///
/// Its exit code is ssc's, signals reach it, and its output is ssc's. Arguments after `--` go to the app.
#[derive(clap::Args, Debug)]
pub(crate) struct Args {
    #[command(flatten)]
    app: App,
    #[command(flatten)]
    pub(crate) common: Common,
}

pub(crate) fn run(Args { app, common }: Args, context: &Context) -> Result<Exit> {
    let project = context.project(&app.project)?;
    if app.target() != Target::host() {
        return Err(elsewhere(app.target()));
    }
    let config = context.config(&project, |_| Ok(()))?;
    let layout = Layout::new(&config, &project, app.target(), app.prod);
    if !layout.executable.is_file() {
        let prod = if app.prod { " --prod" } else { "" };
        return Err(Error::new(
            "ERR_NOT_BUILT",
            format!("the app is not built: there is no {}", layout.executable.display()),
        )
        .hint(format!("run `ssc build{prod}` first, or `ssc build -r{prod}`")));
    }
    let test = match app.test_path(context, &project)? {
        Some(path) => {
            let maps = CopyMap::load(&config, &project, app.target())?;
            let rules = copy_map::rules(&config, &maps, &project, app.target(), app.prod)?;
            let test = TestFile::new(&path, &project, &rules, &config.webview.root);
            if !test.is_built(&layout) {
                return Err(Error::new(
                    "ERR_TEST",
                    format!("--test: {} is not in the app that was built", path.display()),
                )
                .hint("build with the same --test first"));
            }
            Some(test)
        }
        None => None,
    };
    let env = app.variables(context)?;
    let mut args: Vec<_> = app.argv(test.as_ref()).into_iter().map(Into::into).collect();
    args.extend(common.debug.then(|| "--debug".into()));
    args.extend(app.args);
    let mut vars: Vec<_> =
        config.env.iter().chain(&env).map(|(name, value)| (name.clone(), value.into())).collect();
    if !env.is_empty() {
        // The app shows its page only what it was built to show, and what this names.
        let names: Vec<_> = env.iter().map(|(name, _)| name.as_str()).collect();
        vars.push(("SSC_APP_ENV".into(), names.join(",").into()));
    }
    let app = launch::App {
        executable: layout.executable,
        args,
        vars,
        headless: app.headless || config.build.headless,
        runner: launch::App::runner(&config),
        aside: false,
    };
    launch::run(&app, context)
}

pub(crate) fn elsewhere(target: Target) -> Error {
    Error::new("ERR_PLATFORM", format!("an app for {target} cannot be run from {} yet", Target::host()))
        .hint("leave --platform out to run it on this machine")
}
