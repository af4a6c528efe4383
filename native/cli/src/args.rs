//! The command line: parsing, and the options that `.sscrc` adds to it.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::error::ErrorKind;
use clap::parser::ValueSource;
use clap::{ArgMatches, CommandFactory, FromArgMatches, Parser};
use socket_config::RcOption;

use crate::Environment;
use crate::commands::Command;
use crate::context::Context;
use crate::error::{Error, Result};

/// Build and run desktop and mobile apps made of HTML, CSS and JavaScript.
#[derive(Debug, Parser)]
#[command(
    name = "ssc",
    bin_name = "ssc",
    disable_version_flag = true,
    after_help = "Options of a subcommand: ssc <COMMAND> --help. Settings of a project: socket.ini."
)]
struct Cli {
    /// Print the version (and where ssc is installed, to standard error)
    #[arg(short, long)]
    version: bool,
    /// Print where ssc is installed
    #[arg(long)]
    prefix: bool,
    #[command(subcommand)]
    command: Option<Command>,
}

/// What the command line asks for.
pub(crate) enum Request {
    Say { out: String, note: Option<String> },
    Run { command: Box<Command>, context: Box<Context> },
}

pub(crate) fn version() -> String {
    match option_env!("SOCKET_COMMIT") {
        Some(commit) => format!("{} ({commit})", env!("CARGO_PKG_VERSION")),
        None => env!("CARGO_PKG_VERSION").to_owned(),
    }
}

pub(crate) fn parse(args: impl IntoIterator<Item = OsString>, environment: &Environment) -> Result<Request> {
    let args: Vec<OsString> = args.into_iter().collect();
    let say = |out, note| Ok(Request::Say { out, note });
    let matches = match matches(&args) {
        Ok(matches) => matches,
        Err(error)
            if matches!(
                error.kind(),
                ErrorKind::DisplayHelp | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand
            ) =>
        {
            return say(error.render().to_string(), None);
        }
        Err(error) => return Err(refused(&error)),
    };
    if matches.get_flag("version") {
        return say(version(), Some(environment.prefix.display().to_string()));
    }
    if matches.get_flag("prefix") {
        return say(environment.prefix.display().to_string(), None);
    }
    let Some((name, given)) = matches.subcommand() else {
        return say(Cli::command().render_help().to_string(), None);
    };
    let project = given.try_get_many::<PathBuf>("project").ok().flatten().and_then(|mut all| all.next_back());
    let mut context = Context::new(environment, project.map(PathBuf::as_path))?;
    let added = from_rc(name, given, &mut context)?;
    let matches = if added.is_empty() { matches } else { again(&args, &added)? };
    let cli = Cli::from_arg_matches(&matches).map_err(|error| refused(&error))?;
    let Some(command) = cli.command else { return say(Cli::command().render_help().to_string(), None) };
    let common = command.common();
    context.volume(common.quiet, common.verbose, common.debug);
    Ok(Request::Run { command: Box::new(command), context: Box::new(context) })
}

fn matches(args: &[OsString]) -> Result<ArgMatches, clap::Error> {
    Cli::command().try_get_matches_from([OsString::from("ssc")].iter().chain(args))
}

fn refused(error: &clap::Error) -> Error {
    Error { formatted: true, ..Error::new("ERR_ARGS", error.render().to_string()) }
}

/// The words that stand for the options of `.sscrc` which the command line does not give.
fn from_rc(name: &str, given: &ArgMatches, context: &mut Context) -> Result<Vec<OsString>> {
    // There, [env] holds variables.
    let options = if name == "env" { Vec::new() } else { context.rc.options(name) };
    let cli = Cli::command();
    let command = cli.find_subcommand(name);
    let mut words = Vec::new();
    for option in &options {
        let called = |arg: &&clap::Arg| {
            arg.get_long() == Some(&*option.name)
                || arg.get_all_aliases().is_some_and(|all| all.contains(&&*option.name))
        };
        let Some(arg) = command.and_then(|command| command.get_arguments().find(called)) else {
            context.rc.warnings.push(unknown(name, option, command));
            continue;
        };
        if given.value_source(arg.get_id().as_str()) == Some(ValueSource::CommandLine) {
            continue;
        }
        let long = arg.get_long().unwrap_or_default();
        if arg.get_action().takes_values() {
            words.push(format!("--{long}={}", option.value).into());
            continue;
        }
        match option.value.as_str() {
            "true" => words.push(format!("--{long}").into()),
            "false" | "" => {}
            other => {
                let message = format!("[{name}] {}: `{other}` is neither true nor false", option.name);
                return Err(option.wrong(&message, "write true or false").into());
            }
        }
    }
    Ok(words)
}

fn unknown(name: &str, option: &RcOption, command: Option<&clap::Command>) -> socket_config::Warning {
    let longs =
        command.into_iter().flat_map(|command| command.get_arguments().filter_map(clap::Arg::get_long));
    let nearest = longs
        .map(|long| (strsim::jaro_winkler(long, &option.name), long))
        .filter(|(score, _)| *score > 0.8)
        .max_by(|a, b| a.0.total_cmp(&b.0));
    let hint = match nearest {
        Some((_, long)) => format!("did you mean {long}?"),
        None => format!("`ssc {name} --help` lists the options; settings go below [settings.{name}]"),
    };
    option.wrong(&format!("`ssc {name}` has no option `--{}`", option.name), &hint)
}

/// Parses again with the words of `.sscrc` behind the subcommand.
fn again(args: &[OsString], added: &[OsString]) -> Result<ArgMatches> {
    let dash = |word: &OsString| word.as_encoded_bytes().starts_with(b"-");
    let at = args.iter().position(|word| !dash(word)).map_or(args.len(), |at| at + 1);
    let words: Vec<OsString> = args[..at].iter().chain(added).chain(&args[at..]).cloned().collect();
    matches(&words).map_err(|error| {
        let from: Vec<_> = added.iter().map(|word| word.to_string_lossy()).collect();
        let mut error = refused(&error);
        error.message = format!("{}\n\n.sscrc adds: {}", error.message.trim_end(), from.join(" "));
        error
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }
}
