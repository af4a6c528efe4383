//! `ssc` as an executable of its own.

fn main() {
    let environment = socket_cli::Environment::of_executable();
    std::process::exit(socket_cli::run(std::env::args_os().skip(1), &environment));
}
