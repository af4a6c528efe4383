//! One file a subcommand: its `Args`, whose doc comment is the help text, and `run`.

pub(crate) mod options;

macro_rules! commands {
    ($($(#[$meta:meta])* $Name:ident in $module:ident),+ $(,)?) => {
        $(pub(crate) mod $module;)+

        /// A subcommand with its options.
        #[derive(Debug, clap::Subcommand)]
        pub(crate) enum Command {
            $($(#[$meta])* $Name($module::Args),)+
        }

        impl Command {
            pub(crate) fn common(&self) -> &options::Common {
                match self {
                    $(Command::$Name(args) => &args.common,)+
                }
            }

            pub(crate) fn run(self, context: &crate::Context) -> crate::Result<crate::Exit> {
                match self {
                    $(Command::$Name(args) => $module::run(args, context),)+
                }
            }
        }
    };
}

commands! {
    #[command(visible_alias = "compile")]
    Build in build,
    Run in run,
    Init in init,
    Audit in audit,
    #[command(visible_aliases = ["list-build-target", "print-build-target"])]
    PrintBuildDir in print_build_dir,
    Env in env,
    ListDevices in list_devices,
    InstallApp in install_app,
    Setup in setup,
}
