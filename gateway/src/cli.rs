//! The command line: what users type, and how they are answered.
//!
//! Results go to stdout, progress and logs to stderr. Exit status: 0 fine, 1 findings or refused, 2 usage, 3 failure.

mod audit;
mod check;
mod explain;
mod file;
mod import;
mod plugin;
mod rehearsal;
mod replay;
mod report;
mod run;
mod scan;
mod test;
mod wrap;

use std::io::IsTerminal as _;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context as _;
use clap::{CommandFactory as _, Parser, Subcommand, ValueEnum};

use crate::config::{self, Environment};
use crate::secret::{Digest, Secret, random_id};
use crate::telemetry::logs;
use crate::{demo, policy};

pub use test::Trials;

/// Stands between AI agents and MCP servers, and decides, call by call, what may pass
#[derive(Parser)]
#[command(name = "doorward", version, propagate_version = true, max_term_width = 100)]
struct Cli {
    /// What to log: a level, or directives such as `doorward=debug`
    ///
    /// The default is `info`; for `plugin`, whose results tell what the log would, it is `error`.
    #[arg(long, global = true, value_name = "FILTER")]
    log: Option<String>,
    /// How to log
    #[arg(long, global = true, value_name = "FORMAT", default_value = "text")]
    log_format: LogFormat,
    #[command(subcommand)]
    command: Command,
}

#[derive(Clone, Copy, ValueEnum)]
enum LogFormat {
    /// Lines for people
    Text,
    /// One JSON object a line
    Json,
}

/// How results are printed.
#[derive(Clone, Copy, ValueEnum)]
enum Format {
    /// For people
    Text,
    /// For programs
    Json,
}

#[derive(Subcommand)]
enum Command {
    /// Run the gateway
    Run {
        /// The configuration
        #[arg(long, value_name = "FILE", default_value = "doorward.json")]
        config: PathBuf,
    },
    /// Start an embedded demo server behind the gateway, and print what to try
    Demo {
        /// Try it once instead, and exit with 0 if all is as it should be
        #[arg(long)]
        check: bool,
        /// The port for agents; 0 takes a free one
        #[arg(long, value_name = "PORT", default_value_t = 7070)]
        port: u16,
    },
    /// Stand between an MCP client and one server on stdio: what the client starts instead of the server
    Wrap {
        /// The policy; without one every call is refused
        #[arg(long, value_name = "FILE")]
        policy: Option<PathBuf>,
        /// The server's program and its arguments
        #[arg(last = true, required = true, value_name = "COMMAND")]
        command: Vec<String>,
    },
    /// Tell every error and warning of the configuration, its policies and its plugins
    Check {
        /// The configuration
        #[arg(long, value_name = "FILE", default_value = "doorward.json")]
        config: PathBuf,
        /// Another configuration, or the same as it was: every call that may pass now and did not there is an error
        #[arg(long, value_name = "FILE")]
        against: Option<PathBuf>,
        /// How to print
        #[arg(long, value_name = "FORMAT", default_value = "text")]
        format: check::Format,
    },
    /// Try calls that are written down with what should become of them, and tell which rules they show at work
    Test {
        /// Files, and folders to search for NAME.test.json
        #[arg(value_name = "PATH", default_value = ".")]
        paths: Vec<PathBuf>,
        /// How to print
        #[arg(long, value_name = "FORMAT", default_value = "text")]
        format: report::tried::Format,
    },
    /// List a server's tools with what each may do, propose a policy, and approve their definitions
    Scan(ScanArguments),
    /// Show what would become of one call: every rule, plugin and limit; nothing is forwarded
    Explain {
        /// The configuration
        #[arg(long, value_name = "FILE", default_value = "doorward.json")]
        config: PathBuf,
        /// The server
        #[arg(long, value_name = "NAME")]
        server: String,
        /// The call, as `{"name": TOOL, "arguments": {…}}`, as a `resource`, `prompt`, `method` or
        /// `server_request`, or as a whole request; with `now`, `groups`, `claims`, `annotations` and `schema`
        /// where something else is to be supposed; `-` is stdin
        #[arg(long, value_name = "FILE")]
        call: PathBuf,
        /// Who asks; without it, a caller without a token
        #[arg(long, value_name = "NAME")]
        grant: Option<String>,
        /// How to print
        #[arg(long, value_name = "FORMAT", default_value = "text")]
        format: Format,
    },
    /// Judge recorded calls by other policies, and tell which verdicts change
    Replay {
        /// A record of decisions in which arguments were kept
        #[arg(long, value_name = "DIR", required_unless_present = "calls")]
        audit: Option<PathBuf>,
        /// Calls as JSON Lines, with the members of a record's decisions
        #[arg(long, value_name = "FILE", conflicts_with = "audit")]
        calls: Option<PathBuf>,
        /// The policy; more than one must all allow
        #[arg(long, value_name = "FILE", required = true)]
        policy: Vec<PathBuf>,
        /// How to print
        #[arg(long, value_name = "FORMAT", default_value = "text")]
        format: Format,
    },
    /// Read the record of decisions
    Audit {
        #[command(subcommand)]
        command: AuditCommand,
    },
    /// Write plugins: begin, build, try, measure and inspect them
    Plugin {
        #[command(subcommand)]
        command: plugin::PluginCommand,
    },
    /// Work with policy files
    Policy {
        #[command(subcommand)]
        command: PolicyCommand,
    },
    /// Make access for callers
    Grant {
        #[command(subcommand)]
        command: GrantCommand,
    },
    /// Print a completion script
    Completions {
        /// For which shell
        shell: clap_complete::Shell,
    },
    /// The embedded demo server, on stdio
    #[command(hide = true)]
    DemoServer,
}

#[derive(Subcommand)]
enum AuditCommand {
    /// Print the newest entries
    Tail {
        #[command(flatten)]
        place: AuditPlace,
        /// How many
        #[arg(short = 'n', long, value_name = "COUNT", default_value_t = 20)]
        lines: usize,
    },
    /// Check that no entry was changed, taken out or moved
    Verify {
        #[command(flatten)]
        place: AuditPlace,
    },
}

#[derive(clap::Args)]
struct AuditPlace {
    /// The folder; without it, that of the configuration, or the user's own
    #[arg(long, value_name = "DIR")]
    dir: Option<PathBuf>,
    /// The configuration
    #[arg(long, value_name = "FILE", conflicts_with = "dir")]
    config: Option<PathBuf>,
    /// How to print
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: Format,
}

#[derive(clap::Args)]
struct ScanArguments {
    /// The server, as the configuration names it
    #[arg(required_unless_present = "command", conflicts_with = "command")]
    server: Option<String>,
    /// The configuration
    #[arg(long, value_name = "FILE", default_value = "doorward.json", conflicts_with = "command")]
    config: PathBuf,
    /// The policy beside which the pins of the command's tools stand
    #[arg(long, value_name = "FILE", conflicts_with = "server")]
    policy: Option<PathBuf>,
    /// Write the recommended policy to this file, which must not be there yet, and the pins beside it
    #[arg(long, value_name = "FILE")]
    write: Option<PathBuf>,
    /// Approve the tools as they are now: rewrite the pins beside the policy
    #[arg(long, conflicts_with = "write")]
    accept: bool,
    /// Keep the definitions that were approved before, for as long as both are about
    #[arg(long, requires = "accept")]
    add: bool,
    /// How to print
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: Format,
    /// The server's program and its arguments
    #[arg(last = true, value_name = "COMMAND")]
    command: Vec<String>,
}

#[derive(Subcommand)]
enum PolicyCommand {
    /// Translate a policy of Intercept (YAML), and tell what changes in meaning
    Import {
        /// The file; `-` is stdin
        file: PathBuf,
        /// Where to write the policy, instead of stdout
        #[arg(short, long, value_name = "FILE")]
        output: Option<PathBuf>,
        /// How to tell what changed, on stderr
        #[arg(long, value_name = "FORMAT", default_value = "text")]
        format: Format,
    },
    /// Print the JSON Schema of policies, for editors
    Schema {
        /// That of doorward.json instead
        #[arg(long)]
        config: bool,
    },
}

#[derive(Subcommand)]
enum GrantCommand {
    /// Make a token, and the entry for `grants` that knows it by its digest
    New {
        /// The name of the grant
        name: String,
    },
}

/// What a command came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Fine.
    Fine,
    /// Something was found, or refused.
    Findings,
}

/// Parses the command line and does what it says.
pub fn main() -> ExitCode {
    let cli = Cli::parse();
    let environment = Environment::of_process();
    let color = environment.get("NO_COLOR").is_none();
    let format = match cli.log_format {
        LogFormat::Text => logs::Format::Text,
        LogFormat::Json => logs::Format::Json,
    };
    let usual = if matches!(cli.command, Command::Plugin { .. }) { "error" } else { "info" };
    if let Err(error) = logs::start(cli.log.as_deref().unwrap_or(usual), format, color) {
        eprintln!("error: {error}");
        return ExitCode::from(2);
    }
    match dispatch(cli.command, &environment, color && std::io::stderr().is_terminal()) {
        Ok(Outcome::Fine) => ExitCode::SUCCESS,
        Ok(Outcome::Findings) => ExitCode::from(1),
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::from(3)
        }
    }
}

fn dispatch(command: Command, environment: &Environment, color: bool) -> anyhow::Result<Outcome> {
    match command {
        Command::Run { config } => run::run(&config, environment, color),
        Command::Demo { check, port } => {
            let runtime = runtime()?;
            let outcome = if check {
                runtime.block_on(demo::check(environment))?
            } else {
                runtime.block_on(demo::show(port, environment))?
            };
            Ok(if outcome { Outcome::Fine } else { Outcome::Findings })
        }
        Command::Wrap { policy, command } => wrap::wrap(policy.as_deref(), command, environment, color),
        Command::Check { config, against, format } => {
            check::check(&config, against.as_deref(), environment, format, color)
        }
        Command::Test { paths, format } => test::test(&paths, environment, format, color),
        Command::Replay { audit, calls, policy, format } => {
            let recording = audit.map(replay::Recording::Audit).or_else(|| calls.map(replay::Recording::Calls));
            let recording = recording.context("name a record with `--audit DIR`, or a file with `--calls FILE`")?;
            replay::replay(&recording, &policy, format, color)
        }
        Command::Explain { config, server, call, grant, format } => {
            let question = explain::Question { config: &config, server: &server, call: &call, grant: grant.as_deref() };
            explain::run(&question, environment, format, color)
        }
        Command::Plugin { command } => plugin::run(command, color),
        Command::Scan(arguments) => scan::run(arguments, environment, color),
        Command::Policy { command: PolicyCommand::Import { file, output, format } } => {
            import::import(&file, output.as_deref(), format, color)
        }
        Command::Audit { command: AuditCommand::Tail { place: AuditPlace { dir, config, format }, lines } } => {
            audit::tail(&audit::folder(dir, config.as_deref(), environment)?, lines, format)
        }
        Command::Audit { command: AuditCommand::Verify { place: AuditPlace { dir, config, format } } } => {
            audit::verify(&audit::folder(dir, config.as_deref(), environment)?, format)
        }
        Command::Policy { command: PolicyCommand::Schema { config } } => {
            println!("{}", if config { config::schema() } else { policy::schema::schema() });
            Ok(Outcome::Fine)
        }
        Command::Grant { command: GrantCommand::New { name } } => new_grant(&name),
        Command::Completions { shell } => {
            clap_complete::generate(shell, &mut Cli::command(), "doorward", &mut std::io::stdout());
            Ok(Outcome::Fine)
        }
        Command::DemoServer => {
            demo::serve()?;
            Ok(Outcome::Fine)
        }
    }
}

fn new_grant(name: &str) -> anyhow::Result<Outcome> {
    let token = Secret::new(format!("dw_{}", random_id::<32>()?));
    let digest = Digest::of(token.reveal().as_bytes());
    let entry = serde_json::json!({ "name": name, "token_sha256": digest.to_string(), "servers": { "SERVER": {} } });
    eprintln!("The token, for the caller; it is shown once and kept nowhere:");
    println!("{}", token.reveal());
    eprintln!("\nThe entry, for `grants` in doorward.json; put the server's name in:\n{entry:#}");
    Ok(Outcome::Fine)
}

fn runtime() -> std::io::Result<tokio::runtime::Runtime> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    #[cfg(unix)]
    runtime.block_on(async { outlive_file_limits() })?;
    Ok(runtime)
}

/// Has a write that passes the limit to the size of files (`ulimit -f`) fail, as on a full disk: by itself the system
/// ends the process with a signal. Who listens to it once is no longer ended by it, and need not go on listening.
#[cfg(unix)]
fn outlive_file_limits() -> std::io::Result<()> {
    let passed = rustix::process::Signal::XFSZ.as_raw();
    tokio::signal::unix::signal(tokio::signal::unix::SignalKind::from_raw(passed)).map(drop)
}

/// Resolves when the program is asked to stop: by Ctrl-C, or by SIGTERM. From the call on, neither ends it by itself.
pub(crate) fn asked_to_stop() -> impl Future<Output = ()> {
    #[cfg(unix)]
    let terminate = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate());
    async move {
        let terminated = async {
            #[cfg(unix)]
            if let Ok(mut terminate) = terminate {
                terminate.recv().await;
                return;
            }
            std::future::pending::<()>().await;
        };
        tokio::select! {
            () = terminated => {}
            _ = tokio::signal::ctrl_c() => {}
        }
    }
}
