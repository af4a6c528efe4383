//! `ssc list-devices`.

use clap::ValueEnum;

use super::options::Common;
use crate::context::Context;
use crate::error::{Error, Exit, Result};
use crate::progress::print;
use crate::target::Target;
use crate::tools::{ADB, CFGUTIL, code};

/// List the devices that are connected
#[derive(clap::Args, Debug)]
pub(crate) struct Args {
    /// android or ios
    #[arg(long, value_enum)]
    platform: Option<Devices>,
    /// Print ECIDs (ios)
    #[arg(long, conflicts_with = "udid")]
    ecid: bool,
    /// Print UDIDs (ios)
    #[arg(long)]
    udid: bool,
    /// Print nothing but the first device's id
    #[arg(long)]
    only: bool,
    #[command(flatten)]
    pub(crate) common: Common,
}

#[derive(Clone, Copy, Debug, PartialEq, ValueEnum)]
enum Devices {
    Android,
    Ios,
}

pub(crate) fn run(args: Args, context: &Context) -> Result<Exit> {
    let Some(platform) = args.platform else {
        return Err(
            Error::new("ERR_ARGS", "--platform is missing").hint("give --platform=android or --platform=ios")
        );
    };
    if platform == Devices::Ios && Target::host() != Target::Mac {
        return Err(Error::new("ERR_PLATFORM", "devices for ios can only be listed on a Mac"));
    }
    if platform == Devices::Ios && args.only && !args.ecid && !args.udid {
        return Err(
            Error::new("ERR_ARGS", "--only needs to know which id to print").hint("add --udid or --ecid")
        );
    }
    let (tool, words): (_, &[&str]) = match (platform, args.udid) {
        (Devices::Android, _) => (&ADB, &["devices"]),
        (Devices::Ios, true) => (&CFGUTIL, &["--format", "text", "get", "name", "UDID"]),
        (Devices::Ios, false) => (&CFGUTIL, &["--format", "text", "list"]),
    };
    let output = context.tools().output(tool, words)?;
    if !output.status.success() {
        let code = code(output.status);
        return Err(Error::new("ERR_TOOL", format!("`{}` ended with {code}", tool.name)).exit(Exit::Of(code)));
    }
    let text = String::from_utf8_lossy(&output.stdout);
    let devices = match platform {
        Devices::Android => android(&text),
        Devices::Ios => ios(&text, args.udid),
    };
    if devices.is_empty() {
        return Err(Error::new("ERR_DEVICE", "no device is connected")
            .hint("connect it by wire, unlock it, and allow debugging when it asks"));
    }
    let lines: Vec<String> = match args.only {
        true => devices.into_iter().take(1).map(|(_, id)| id).collect(),
        false => devices
            .into_iter()
            .map(|(name, id)| if name.is_empty() { id } else { format!("{name}: {id}") })
            .collect(),
    };
    print(&lines.join("\n"))?;
    Ok(Exit::Success)
}

/// The serial numbers of devices that are ready, from what `adb devices` prints.
fn android(text: &str) -> Vec<(String, String)> {
    let lines = text.lines().filter_map(|line| line.split_once('\t'));
    lines
        .filter(|(_, state)| state.trim() == "device")
        .map(|(serial, _)| (String::new(), serial.to_owned()))
        .collect()
}

/// Names and ids, from lines such as `Type: iPhone  ECID: 0x1 UDID: 0-1 Location: 0x1 Name: My phone`.
fn ios(text: &str, udid: bool) -> Vec<(String, String)> {
    let wanted = if udid { "UDID:" } else { "ECID:" };
    let device = |line: &str| {
        let id = line.split_whitespace().skip_while(|word| *word != wanted).nth(1)?;
        let name = line.split_once("Name:").map_or("", |(_, name)| name.trim());
        Some((name.to_owned(), id.to_owned()))
    };
    text.lines().filter_map(device).collect()
}

#[cfg(test)]
mod tests {
    use super::{android, ios};

    #[test]
    fn devices_are_read_from_what_the_tools_print() {
        let list = "List of devices attached\nemulator-5554\tdevice\nABC\tunauthorized\n\n";
        assert_eq!(android(list), [(String::new(), "emulator-5554".to_owned())]);
        let line = "Type: iPhone14,2\tECID: 0x12\tUDID: 0000-1 Location: 0x1 Name: My phone";
        assert_eq!(ios(line, true), [("My phone".to_owned(), "0000-1".to_owned())]);
        assert_eq!(ios(line, false), [("My phone".to_owned(), "0x12".to_owned())]);
    }
}
